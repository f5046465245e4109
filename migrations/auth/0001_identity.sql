CREATE TABLE `audit_entries` (
	`tenant_id` text NOT NULL,
	`sequence` integer NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`project_id` text NOT NULL,
	`address` text NOT NULL,
	`request_id` text NOT NULL,
	`result` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `sequence`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `login_attempts` (
	`project_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`failures` integer NOT NULL,
	`blocked_until` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `kind`, `subject`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `members` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	`joined_at` integer,
	`invite_hash` text,
	`invite_expires_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `members_of_tenant` ON `members` (`tenant_id`,`email`);--> statement-breakpoint
CREATE UNIQUE INDEX `members_email` ON `members` (`email`) WHERE joined_at IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `members_invite` ON `members` (`invite_hash`);--> statement-breakpoint
ALTER TABLE `api_keys` ADD `last_used_at` integer;--> statement-breakpoint
ALTER TABLE `discord_applications` ADD `sealed_bot_token` text;--> statement-breakpoint
CREATE INDEX `discord_applications_by_project` ON `discord_applications` (`project_id`);--> statement-breakpoint
ALTER TABLE `sessions` ADD `device` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `last_used_at` integer;--> statement-breakpoint
CREATE INDEX `sessions_by_user` ON `sessions` (`project_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `projects_by_tenant` ON `projects` (`tenant_id`,`id`);