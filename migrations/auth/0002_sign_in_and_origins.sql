CREATE TABLE `claimed_flows` (
	`state_hash` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `key_rotations` (
	`requested_at` integer PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `listed_origins` (
	`origin` text NOT NULL,
	`project_id` text NOT NULL,
	PRIMARY KEY(`origin`, `project_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `member_identities` (
	`provider` text NOT NULL,
	`provider_user_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`member_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`provider`, `provider_user_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `member_identities_by_member` ON `member_identities` (`tenant_id`,`member_id`);--> statement-breakpoint
ALTER TABLE `audit_entries` ADD `source_id` text;--> statement-breakpoint
CREATE UNIQUE INDEX `audit_entries_source` ON `audit_entries` (`tenant_id`,`source_id`);--> statement-breakpoint
ALTER TABLE `discord_applications` ADD `sealed_client_secret` text;--> statement-breakpoint
ALTER TABLE `projects` ADD `redirect_uris` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `projects` ADD `allowed_origins` text DEFAULT '[]' NOT NULL;