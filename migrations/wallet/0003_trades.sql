CREATE TABLE `trades` (
	`project_id` text NOT NULL,
	`user_id` text NOT NULL,
	`trade_id` text NOT NULL,
	`partner_id` text NOT NULL,
	`is_initiator` integer NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`due_at` integer,
	`revision` integer NOT NULL,
	PRIMARY KEY(`project_id`, `user_id`, `trade_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `trades_by_status` ON `trades` (`project_id`,`user_id`,`status`,`trade_id`);--> statement-breakpoint
CREATE INDEX `trades_due` ON `trades` (`due_at`) WHERE due_at IS NOT NULL;