CREATE TABLE `listed_origins` (
	`origin` text NOT NULL,
	`project_id` text NOT NULL,
	PRIMARY KEY(`origin`, `project_id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `audit_entries` ADD `source_id` text;--> statement-breakpoint
CREATE UNIQUE INDEX `audit_entries_source` ON `audit_entries` (`tenant_id`,`source_id`);--> statement-breakpoint
ALTER TABLE `projects` ADD `allowed_origins` text DEFAULT '[]' NOT NULL;