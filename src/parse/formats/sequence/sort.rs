//! The sort of a step, by the words of its kind.

use crate::model::StepSort;

/// The words that tell a sort.
struct Row {
    sort: StepSort,
    /// Parts of the kind without its spaces and signs.
    parts: &'static [&'static str],
    /// Whole words of it.
    words: &'static [&'static str],
    /// All of it.
    all: &'static [&'static str],
}

/// What is waited for or asked may be a mail, so that such words go first. The numbers are type codes of activities.
const SORTS: [Row; 10] = [
    Row {
        sort: StepSort::LinkedIn,
        parts: &["linkedin", "inmail"],
        words: &[],
        all: &[],
    },
    Row {
        sort: StepSort::AbTest,
        parts: &["abtest", "split", "experiment"],
        words: &[],
        all: &[],
    },
    Row {
        sort: StepSort::Condition,
        parts: &["condition", "ifelse", "ifthen", "branch", "decision"],
        words: &["if", "switch"],
        all: &[],
    },
    Row {
        sort: StepSort::Wait,
        parts: &["delay", "timer", "waitfor", "waituntil"],
        words: &["wait", "pause"],
        all: &[],
    },
    Row {
        sort: StepSort::TextMessage,
        parts: &["sms", "textmessage"],
        words: &[],
        all: &["text"],
    },
    Row {
        sort: StepSort::Email,
        parts: &["email"],
        words: &["mail", "emails"],
        all: &["4202"],
    },
    Row {
        sort: StepSort::PhoneCall,
        parts: &["phone"],
        words: &["call"],
        all: &["4210"],
    },
    Row {
        sort: StepSort::ConnectSequence,
        parts: &[
            "connectsequence",
            "connecttosequence",
            "connecttoanother",
            "connectedsequence",
            "anothersequence",
            "nestedsequence",
            "nestsequence",
            "childsequence",
            "subsequence",
            "nextsequence",
            "joinsequence",
            "runsequence",
            "startsequence",
            "sequenceconnect",
        ],
        words: &[],
        all: &["sequence", "connect", "sequencestep"],
    },
    Row {
        sort: StepSort::Command,
        parts: &[
            "command",
            "advance",
            "bpf",
            "businessprocess",
            "setfield",
            "setcolumn",
            "setvalue",
            "fieldupdate",
            "stage",
            "updatefield",
            "updatecolumn",
            "updaterecord",
        ],
        words: &["update"],
        all: &[],
    },
    Row {
        sort: StepSort::Task,
        parts: &["task", "todo"],
        words: &[],
        all: &["4212"],
    },
];

/// Longer kinds are none, in bytes.
const LONGEST: usize = 128;

/// The sort of a step by its kind.
pub(super) fn sort_of(kind: &str) -> StepSort {
    if kind.len() > LONGEST {
        return StepSort::Other;
    }
    // What stands before the last dot is where an operation comes from: of all sorts only this one is told by that.
    if words_of(kind).iter().any(|word| word == "linkedin") {
        return StepSort::LinkedIn;
    }
    let words = words_of(kind.rsplit('.').next().unwrap_or(kind));
    let joined = words.concat();
    let found = SORTS.iter().find(|row| {
        row.parts.iter().any(|part| joined.contains(part))
            || words.iter().any(|word| row.words.contains(&&**word))
            || row.all.contains(&&*joined)
    });
    let is_automatic = joined.contains("automat")
        || joined.starts_with("auto")
        || words.iter().any(|word| word == "auto");
    let sort = found.map_or(StepSort::Other, |row| row.sort);
    if is_automatic && sort == StepSort::Email {
        StepSort::AutomatedEmail
    } else if is_automatic && sort == StepSort::TextMessage {
        StepSort::AutomatedTextMessage
    } else {
        sort
    }
}

/// The words of a name, in lower case: `automatedEmail`, `auto_email` and `Automated e-mail` alike.
fn words_of(kind: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut before_is_lower = false;
    for letter in kind.chars() {
        let starts = letter.is_uppercase() && before_is_lower;
        if (starts || !letter.is_alphanumeric())
            && words.last().is_some_and(|word| !word.is_empty())
        {
            words.push(String::new());
        }
        before_is_lower = letter.is_lowercase();
        if letter.is_alphanumeric()
            && let Some(last) = words.last_mut()
        {
            last.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_are_told_by_the_words_of_a_kind_however_it_is_written() {
        for (sort, kinds) in [
            (
                StepSort::AutomatedEmail,
                "automatedEmail, AutomatedEmail, auto_email, Automated e-mail, AutoEmailStep",
            ),
            (
                StepSort::Email,
                "email, Email, ManualEmail, #Microsoft.Dynamics.CRM.emailStep, 4202, e-mail",
            ),
            (
                StepSort::TextMessage,
                "sms, textMessage, Text message, text",
            ),
            (
                StepSort::AutomatedTextMessage,
                "automatedSms, AUTO_SMS, automated text message",
            ),
            (
                StepSort::PhoneCall,
                "phonecall, PhoneCall, phone_call, call, 4210",
            ),
            (StepSort::Task, "task, Task, customTask, to-do, 4212"),
            (
                StepSort::Wait,
                "wait, delay, Delay, waitForReply, waitForEmailReply, setWaitTime",
            ),
            (
                StepSort::AbTest,
                "abtest, A/B test, ABTest, split, splitTest",
            ),
            (
                StepSort::Condition,
                "condition, If, ifElse, emailCondition, Switch",
            ),
            (
                StepSort::Command,
                "command, advance, advanceStage, updateField, update field, bpfStage, UpdateRecord",
            ),
            (
                StepSort::LinkedIn,
                "linkedInResearch, LinkedInMail, inmail, linkedin.connect, shared_linkedin.Send",
            ),
            (
                StepSort::ConnectSequence,
                "connect, connectSequence, another sequence, NestedSequence, connect_to_sequence",
            ),
            (StepSort::Other, ", unheard, OpenApiConnection, Scope, é"),
        ] {
            for kind in kinds.split(", ") {
                assert_eq!(sort_of(kind), sort, "{kind}");
            }
        }
    }
}
