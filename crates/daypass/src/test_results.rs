//! What came of test files, as every reporter tells it.

use crate::simulation::{Answered, Written};
use crate::test_files::TestFile;
use daypass_core::policy_test::{
    Case, CaseRun, Failed, Found, RunSettings, Suite, SuiteDocument, SuiteRun, Unexercised,
};
use daypass_core::team::{Finding, Severity};
use iam_policy::Effect;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What came of all files.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) files: Vec<FileResult>,
    pub(crate) took: Duration,
}

/// What came of one file.
#[derive(Debug)]
pub(crate) struct FileResult {
    /// What people call it.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
    found: Found,
    /// Its cases and what came of them, or everything that is wrong with it.
    pub(crate) outcome: Result<Ran, Vec<Finding>>,
    pub(crate) took: Duration,
}

/// A suite that was run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) suite: Suite,
    pub(crate) run: SuiteRun,
    /// What AWS said, where it was asked.
    pub(crate) live: Option<Vec<LiveCase>>,
}

/// What came of trying a case on AWS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LiveCase {
    /// The calls that were made.
    pub(crate) tried: Vec<LiveCall>,
    /// Why questions were not tried, each reason once, and how many it was.
    pub(crate) not_tried: BTreeMap<String, usize>,
}

/// A call and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveCall {
    pub(crate) action: String,
    pub(crate) resource: String,
    /// What AWS said: done, or its error code.
    pub(crate) said: String,
    /// Whether that is what the case expects.
    pub(crate) as_expected: bool,
}

/// A document of the files' and how much of it was exercised.
#[derive(Debug)]
pub(crate) struct Coverage {
    pub(crate) document: SuiteDocument,
    /// The statements that decided in no case of any file: each by its place, and whether it would have allowed what was
    /// denied.
    pub(crate) unexercised: BTreeMap<usize, bool>,
}

impl FileResult {
    /// Runs the cases of a file, if there is nothing wrong with it.
    pub(crate) fn of(file: TestFile, now: Timestamp, settings: RunSettings) -> FileResult {
        let began = Instant::now();
        let outcome = file.draft.suite(&file.found, now).map(|suite| {
            let run = suite.run(now, settings);
            Ran {
                suite,
                run,
                live: None,
            }
        });
        FileResult {
            path: file.path,
            text: file.text,
            found: file.found,
            outcome,
            took: began.elapsed(),
        }
    }

    /// What is wrong with the file, or only looks so.
    pub(crate) fn findings(&self) -> &[Finding] {
        match &self.outcome {
            Ok(ran) => &ran.suite.warnings,
            Err(findings) => findings,
        }
    }

    /// The text that a finding points into.
    pub(crate) fn text_of(&self, finding: &Finding) -> &str {
        TestFile::text_of(&finding.place.file, (&self.path, &self.text), &self.found)
    }

    /// Each finding in a line, with its place.
    pub(crate) fn told(&self) -> Vec<String> {
        let findings = self.findings().iter();
        findings
            .map(|finding| {
                let (line, column) = finding.place.span.line_and_column(self.text_of(finding));
                format!("{}:{line}:{column}: {}", finding.place.file, finding.message)
            })
            .collect()
    }

    /// Whether it could not be run.
    pub(crate) fn is_broken(&self) -> bool {
        self.outcome.is_err()
    }
}

impl Ran {
    /// Each case with what came of it.
    pub(crate) fn cases(&self) -> impl Iterator<Item = (&Case, &CaseRun)> {
        self.suite.cases.iter().zip(&self.run.cases)
    }

    /// What AWS said to a case.
    pub(crate) fn live_case(&self, nth: usize) -> Option<&LiveCase> {
        self.live.as_ref().and_then(|live| live.get(nth))
    }

    /// The policies' texts, by the names that explanations use.
    pub(crate) fn written(&self) -> Vec<(String, Written<'_>)> {
        let documents = self.suite.documents.iter();
        documents
            .map(|document| {
                let written = Written::new(&document.file, &document.text, 1, 0);
                (document.name.clone(), written)
            })
            .collect()
    }

    /// A failure's answer in the form in which `simulate` shows answers.
    pub(crate) fn answered(&self, failed: &Failed) -> Answered {
        Answered {
            policies: Arc::clone(&self.suite.policies),
            explanation: failed.explanation.clone(),
        }
    }
}

impl LiveCase {
    /// The calls that came out otherwise than the case expects.
    pub(crate) fn contradictions(&self) -> impl Iterator<Item = &LiveCall> {
        self.tried.iter().filter(|call| !call.as_expected)
    }
}

impl Results {
    /// Files that were run.
    pub(crate) fn ran(&self) -> impl Iterator<Item = (&FileResult, &Ran)> {
        self.files
            .iter()
            .filter_map(|file| Some((file, file.outcome.as_ref().ok()?)))
    }

    /// How many files could not be run.
    pub(crate) fn broken(&self) -> usize {
        self.files.iter().filter(|file| file.is_broken()).count()
    }

    /// How many cases there are.
    pub(crate) fn cases(&self) -> usize {
        self.ran().map(|(_, ran)| ran.run.cases.len()).sum()
    }

    /// How many cases hold.
    pub(crate) fn passed(&self) -> usize {
        self.ran().map(|(_, ran)| ran.run.passed()).sum()
    }

    /// How many do not.
    pub(crate) fn failed(&self) -> usize {
        self.ran().map(|(_, ran)| ran.run.failed()).sum()
    }

    /// How many questions were asked.
    pub(crate) fn asked(&self) -> usize {
        self.ran()
            .flat_map(|(_, ran)| &ran.run.cases)
            .map(|case| case.asked)
            .sum()
    }

    /// How many calls were made.
    pub(crate) fn tried(&self) -> usize {
        self.live_cases().map(|case| case.tried.len()).sum()
    }

    /// How many of those came out otherwise than expected.
    pub(crate) fn contradicted(&self) -> usize {
        self.live_cases().map(|case| case.contradictions().count()).sum()
    }

    /// How many questions were not tried.
    pub(crate) fn not_tried(&self) -> usize {
        self.live_cases().flat_map(|case| case.not_tried.values()).sum()
    }

    fn live_cases(&self) -> impl Iterator<Item = &LiveCase> {
        self.ran().filter_map(|(_, ran)| ran.live.as_ref()).flatten()
    }

    /// How many findings are warnings, over all files.
    pub(crate) fn warnings(&self) -> usize {
        let findings = self.files.iter().flat_map(FileResult::findings);
        findings
            .filter(|finding| finding.severity == Severity::Warning)
            .count()
    }

    /// The documents that are not AWS's own, each once, with the statements that no case of any file exercised.
    pub(crate) fn coverage(&self) -> Vec<Coverage> {
        let mut documents: BTreeMap<&str, Coverage> = BTreeMap::new();
        for (_, ran) in self.ran() {
            for (nth, document) in ran.suite.documents.iter().enumerate() {
                if document.is_of_aws {
                    continue;
                }
                let of_document = ran.run.unexercised.iter().filter(|one| one.document == nth);
                let unexercised: BTreeMap<usize, bool> = of_document
                    .map(|one: &Unexercised| (one.statement, one.is_overruled))
                    .collect();
                match documents.get_mut(document.name.as_str()) {
                    Some(known) => known.unexercised.retain(|statement, is_overruled| {
                        let here = unexercised.get(statement);
                        *is_overruled |= here == Some(&true);
                        here.is_some()
                    }),
                    None => {
                        documents.insert(
                            &document.name,
                            Coverage {
                                document: document.clone(),
                                unexercised,
                            },
                        );
                    }
                }
            }
        }
        documents.into_values().collect()
    }
}

impl Coverage {
    /// How many statements the document has.
    pub(crate) fn statements(&self) -> usize {
        self.document.document.statements.len()
    }

    /// The statements that no case exercised: where each begins, what it is called, what it does.
    pub(crate) fn unexercised(&self) -> impl Iterator<Item = UnexercisedStatement<'_>> {
        self.unexercised.iter().filter_map(|(index, is_overruled)| {
            let statement = self.document.document.statements.get(*index)?;
            let (line, column) = statement.span.line_and_column(&self.document.text);
            Some(UnexercisedStatement {
                index: *index,
                is_overruled: *is_overruled,
                sid: statement.sid.as_deref().filter(|sid| !sid.is_empty()),
                effect: statement.effect,
                line,
                column,
            })
        })
    }
}

/// A statement that no case exercised.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnexercisedStatement<'d> {
    pub(crate) index: usize,
    /// Whether it would have allowed what other policies or a Deny denied.
    pub(crate) is_overruled: bool,
    pub(crate) sid: Option<&'d str>,
    pub(crate) effect: Effect,
    pub(crate) line: usize,
    pub(crate) column: usize,
}
