CREATE TABLE `proof_chunks` (
	`project_id` text NOT NULL,
	`number` integer NOT NULL,
	`chunk` integer NOT NULL,
	`first_wallet` text NOT NULL,
	`root` text,
	`leaves` text NOT NULL,
	PRIMARY KEY(`project_id`, `number`, `chunk`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `proofs` (
	`project_id` text NOT NULL,
	`number` integer NOT NULL,
	`at` integer NOT NULL,
	`wallets` integer NOT NULL,
	`entries` integer NOT NULL,
	`totals` text NOT NULL,
	`root` text,
	`previous_root` text,
	`previous_hash` text,
	`hash` text,
	PRIMARY KEY(`project_id`, `number`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `proofs_unfinished` ON `proofs` (`at`) WHERE hash IS NULL;--> statement-breakpoint
CREATE TABLE `rebuilds` (
	`project_id` text NOT NULL,
	`number` integer NOT NULL,
	`requested_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`finished_at` integer,
	`phase` text NOT NULL,
	`next` text NOT NULL,
	`wallets` integer NOT NULL,
	`entries` integer NOT NULL,
	`digest_before` text NOT NULL,
	`digest_after` text NOT NULL,
	PRIMARY KEY(`project_id`, `number`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `rebuilds_unfinished` ON `rebuilds` (`requested_at`) WHERE finished_at IS NULL;--> statement-breakpoint
CREATE TABLE `reconciliation_differences` (
	`project_id` text NOT NULL,
	`number` integer NOT NULL,
	`wallet_id` text NOT NULL,
	`what` text NOT NULL,
	`subject` text NOT NULL,
	`expected` text NOT NULL,
	`found` text NOT NULL,
	PRIMARY KEY(`project_id`, `number`, `wallet_id`, `what`, `subject`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `reconciliations` (
	`project_id` text NOT NULL,
	`number` integer NOT NULL,
	`started_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`finished_at` integer,
	`wallets` integer NOT NULL,
	`entries` integer NOT NULL,
	`differences` integer NOT NULL,
	`next` text NOT NULL,
	PRIMARY KEY(`project_id`, `number`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `balances` ADD `mint` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `balances` ADD `shop` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `balances` ADD `house` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `balances` ADD `fees` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `balances` ADD `burn` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `balances` ADD `transit` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `balances_richest` ON `balances` (`project_id`,`currency`,`posted`);--> statement-breakpoint
ALTER TABLE `currencies` ADD `cap` integer;--> statement-breakpoint
ALTER TABLE `currencies` ADD `used_at` integer;--> statement-breakpoint
ALTER TABLE `entries` ADD `held_change` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `entries` ADD `held_after` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `transactions` ADD `memo` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `transactions` ADD `seq` integer;--> statement-breakpoint
UPDATE `balances` SET
	(`mint`, `shop`, `house`, `transit`) = (
		SELECT coalesce(-sum(`amount`) FILTER (WHERE `counter_account` = '@mint'), 0),
			coalesce(-sum(`amount`) FILTER (WHERE `counter_account` = '@shop'), 0),
			coalesce(-sum(`amount`) FILTER (WHERE `counter_account` = '@house'), 0),
			coalesce(-sum(`amount`) FILTER (WHERE `counter_account` = '@transit'), 0)
		FROM `entries` AS e
		WHERE e.`project_id` = `balances`.`project_id` AND e.`wallet_id` = `balances`.`wallet_id`
			AND e.`currency` = `balances`.`currency`);
--> statement-breakpoint
UPDATE `transactions` SET `memo` = coalesce((
	SELECT e.`memo` FROM `entries` AS e
	WHERE e.`project_id` = `transactions`.`project_id` AND e.`transfer_id` = `transactions`.`id`
		AND e.`wallet_id` = iif(substr(`transactions`.`from_account`, 1, 1) = '@', `transactions`.`to_account`, `transactions`.`from_account`)
	LIMIT 1), '');
