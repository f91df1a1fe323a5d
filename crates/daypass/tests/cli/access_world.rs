//! Two accounts with a deployer role, people and leftovers, and the files of a team about them: what `plan`, `apply`,
//! `status`, `cleanup` and `revoke` are tested on.

use crate::support::{World, texts};
use jiff::{SignedDuration, Timestamp};

/// In the first account: `payments-reports` says something else than the files, bert has an inline policy that ended in
/// 2020, cora one that no file asks for, and an attachment of somebody else's.
const SEED: &str = r#"
accounts:
  "111122223333":
    policies:
      payments-reports:
        path: /daypass/team/payments/
        document:
          Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: "s3:*", Resource: "*"}
    users:
      bert:
        attached: [payments-reports]
        policies:
          "daypass=payments=break-glass=20200101T000000Z":
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: rds:*
                Resource: "*"
                Condition: {DateLessThan: {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
      cora:
        attached: [AWSSupportAccess]
        policies:
          "daypass=payments=old.logs=20990101T000000Z":
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: logs:*
                Resource: "*"
                Condition: {DateLessThan: {"aws:CurrentTime": "2099-01-01T00:00:00Z"}}
    groups:
      analysts: {}
    roles:
      AWSSelfServeDeployer:
        trust:
          Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: sts:AssumeRole}
        attached: [AdministratorAccess]
  "444455556666":
    users:
      bert: {}
      cora: {}
    roles:
      AWSSelfServeDeployer:
        trust:
          Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: sts:AssumeRole}
        attached: [AdministratorAccess]
"#;

const ACCOUNTS: &str = "\
aws-accounts:
  dev: \"111122223333\"
  prod: \"444455556666\"
";

const POLICIES: &str = "\
aws-policies:
  reports:
    description: Write the monthly reports
    custom_statements:
      - sid: Reports
        effect: Allow
        actions: [s3:GetObject, s3:PutObject]
        resources: [\"arn:aws:s3:::payments-reports/*\"]
  view:
    managed_policies: [\"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess\"]
  break-glass:
    custom_statements:
      - effect: Allow
        actions: [rds:ModifyDBInstance, rds:RebootDBInstance]
        resources: [\"arn:aws:rds:*:*:db:payments-*\"]
";

const PERMANENT: &str = "\
permanent-access:
  - description: Reports, wherever they are written
    users: [bert@example.com]
    environments: [dev, prod]
    grants: [reports]
  - groups: [analysts]
    environment: dev
    grant: view
    ticket: PAY-17
";

/// The days stand for days from today on.
const TEMPORARY: &str = "\
temporary-access:
  - description: Repair the payments database
    user: bert@example.com
    environment: prod
    grant: break-glass
    expiration_date: DAY-2
    reason: Replication is stuck
    ticket: PAY-42
  - user: cora@example.com
    environment: prod
    grant: view
    expiration_date: DAY-4
  - user: bert@example.com
    environment: dev
    grant: break-glass
    expiration_date: 2019-12-31
";

/// The world, and the files in its home directory.
pub(crate) struct Access {
    pub(crate) world: World,
    today: jiff::civil::Date,
}

/// How a run ended, and what it said, with days as they stand in the files above.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Access {
    pub(crate) fn new() -> Access {
        Access::with_people(&[])
    }

    /// Besides, these users are in the second account.
    pub(crate) fn with_people(people: &[String]) -> Access {
        let users: Vec<String> = people
            .iter()
            .map(|name| format!("\n      {name}: {{}}"))
            .collect();
        let users = users.concat();
        let seed = SEED.replace("      cora: {}", &format!("      cora: {{}}{users}"));
        let access = Access {
            world: World::seeded_by_yaml(&seed),
            today: Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date(),
        };
        for (folder, text) in [
            ("aws-accounts", ACCOUNTS),
            ("aws-policies", POLICIES),
            ("permanent-access", PERMANENT),
            ("temporary-access", TEMPORARY),
        ] {
            access.write(folder, text);
        }
        access
    }

    /// A file of the team's.
    pub(crate) fn write(&self, folder: &str, text: &str) {
        let path = self.world.home.path().join(folder);
        std::fs::create_dir_all(&path).unwrap();
        let text = text.replace("DAY-2", &self.day(2)).replace("DAY-4", &self.day(4));
        std::fs::write(path.join("payments.yaml"), text).unwrap();
    }

    /// The text of a file of the team's.
    pub(crate) fn read(&self, folder: &str) -> String {
        std::fs::read_to_string(self.world.home.path().join(folder).join("payments.yaml")).unwrap()
    }

    /// So many days from today.
    pub(crate) fn day(&self, days: i64) -> String {
        let day = self
            .today
            .checked_add(SignedDuration::from_hours(24 * days))
            .unwrap();
        day.to_string()
    }

    /// Noon of today, whatever time it is.
    pub(crate) fn noon(&self) -> String {
        format!("{}T12:00:00Z", self.today)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.world.daypass().args(arguments).output().unwrap();
        let (out, err) = texts(&output);
        Ran {
            code: output.status.code().unwrap(),
            out: self.without_dates(&out),
            err: self.without_dates(&err),
        }
    }

    pub(crate) fn without_dates(&self, text: &str) -> String {
        let words: Vec<&str> = text.split(' ').collect();
        // What is years away is another number of days each day.
        let is_years = |nth: usize, word: &str| {
            word.parse::<u32>().is_ok_and(|days| days >= 1000) && words.get(nth + 1) == Some(&"days")
        };
        let text: Vec<&str> = words
            .iter()
            .enumerate()
            .map(|(nth, word)| if is_years(nth, word) { "MANY" } else { word })
            .collect();
        (-1..9).fold(text.join(" "), |text, days| {
            let day = self.day(days);
            text.replace(&day, &format!("DAY-{days}"))
                .replace(&day.replace('-', ""), &format!("DAY{days}"))
        })
    }
}
