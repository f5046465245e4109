CREATE TABLE `accounts` (
	`project_id` text NOT NULL,
	`wallet_id` text NOT NULL,
	`last_seq` integer NOT NULL,
	`last_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `wallet_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `balances` (
	`project_id` text NOT NULL,
	`wallet_id` text NOT NULL,
	`currency` text NOT NULL,
	`posted` integer NOT NULL,
	`held` integer NOT NULL,
	`seq` integer NOT NULL,
	PRIMARY KEY(`project_id`, `wallet_id`, `currency`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `currencies` (
	`project_id` text NOT NULL,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`decimals` integer NOT NULL,
	`transferable` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `code`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `entries` (
	`project_id` text NOT NULL,
	`wallet_id` text NOT NULL,
	`seq` integer NOT NULL,
	`transfer_id` text NOT NULL,
	`kind` text NOT NULL,
	`currency` text NOT NULL,
	`amount` integer NOT NULL,
	`counter_account` text NOT NULL,
	`counterparty` text NOT NULL,
	`balance_after` integer NOT NULL,
	`memo` text NOT NULL,
	`actor` text NOT NULL,
	`at` integer NOT NULL,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`project_id`, `wallet_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
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
CREATE TABLE `transactions` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`from_account` text NOT NULL,
	`to_account` text NOT NULL,
	`currency` text NOT NULL,
	`amount` integer NOT NULL,
	`status` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`, `kind`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `transactions_pending` ON `transactions` (`at`) WHERE status = 'pending';