CREATE TABLE `idempotency` (
	`project_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`key` text NOT NULL,
	`request_hash` text NOT NULL,
	`answer` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `actor_id`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `leaderboards` (
	`project_id` text NOT NULL,
	`name` text NOT NULL,
	`note` text NOT NULL,
	`uses` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `name`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `outbox` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` text NOT NULL,
	`event` text NOT NULL
);
