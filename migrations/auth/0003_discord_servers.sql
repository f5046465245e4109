CREATE TABLE `discord_servers` (
	`application_id` text NOT NULL,
	`server_id` text NOT NULL,
	`project_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`application_id`, `server_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `discord_servers_by_project` ON `discord_servers` (`project_id`,`application_id`,`server_id`);