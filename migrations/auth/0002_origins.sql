CREATE TABLE `listed_origins` (
	`origin` text NOT NULL,
	`project_id` text NOT NULL,
	PRIMARY KEY(`origin`, `project_id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `projects` ADD `allowed_origins` text DEFAULT '[]' NOT NULL;