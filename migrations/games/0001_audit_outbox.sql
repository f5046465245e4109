CREATE TABLE `audit_outbox` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` text NOT NULL,
	`note` text NOT NULL
);
