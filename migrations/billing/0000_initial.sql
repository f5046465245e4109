CREATE TABLE `daily_usage` (
	`project_id` text NOT NULL,
	`day` text NOT NULL,
	`class` text NOT NULL,
	`operations` integer NOT NULL,
	PRIMARY KEY(`project_id`, `day`, `class`)
) WITHOUT ROWID;
