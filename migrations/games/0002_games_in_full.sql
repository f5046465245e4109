CREATE TABLE `game_settings` (
	`project_id` text NOT NULL,
	`game_id` text NOT NULL,
	`is_active` integer NOT NULL,
	`cool_down_seconds` integer NOT NULL,
	`currencies` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `game_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `skill_sessions` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`game` text NOT NULL,
	`submitter` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`score` integer,
	`submit_key` text,
	`submitted_at` integer,
	PRIMARY KEY(`project_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `work_claims` (
	`project_id` text NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`currency` text NOT NULL,
	`amount` integer NOT NULL,
	`next_at` integer NOT NULL,
	`idempotency_key` text NOT NULL,
	`paid_at` integer,
	PRIMARY KEY(`project_id`, `user_id`, `created_at`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `work_claims_by_key` ON `work_claims` (`project_id`,`user_id`,`idempotency_key`);--> statement-breakpoint
CREATE INDEX `work_claims_unpaid` ON `work_claims` (`created_at`) WHERE paid_at IS NULL;--> statement-breakpoint
CREATE TABLE `work_rewards` (
	`project_id` text PRIMARY KEY NOT NULL,
	`currency` text NOT NULL,
	`amount_min` integer NOT NULL,
	`amount_max` integer NOT NULL,
	`cool_down_seconds` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `daily_rewards` ADD `streak_bonus` integer;--> statement-breakpoint
ALTER TABLE `daily_rewards` ADD `streak_days_max` integer;--> statement-breakpoint
ALTER TABLE `rounds` ADD `actions` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `rounds` ADD `stakes` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `rounds` ADD `held` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `rounds` ADD `act_by` integer;