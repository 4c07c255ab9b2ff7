//! The file for the bank: CSV, and a SEPA credit transfer. Made of what is stored alone, so that it is the same each time.

use std::fmt::Write as _;

use annex_domain::money::Currency;
use annex_store::{
    billing::payouts::{Payout, Run},
    publishers::banks::BankAccount,
};

use super::{Files, Payer};
use crate::ledger::statement::{cell, decimal};

/// The longest name of a party, in characters.
const NAME: usize = 70;

pub(super) fn files(run: &Run, to: &[(&Payout, BankAccount)], payer: Option<&Payer>) -> Files {
    let euros: Vec<_> = to.iter().filter(|(payout, _)| payout.amount.currency == Currency::EUR).collect();
    let payer = payer.filter(|_| !euros.is_empty());
    Files { csv: csv(run, to), pain: payer.map(|payer| pain(run, &euros, payer)) }
}

/// What a bank calls a payout, and the publisher finds on its statement.
fn reference(run: &Run, payout: &Payout) -> String {
    format!("{}-{}", run.month, payout.number)
}

fn csv(run: &Run, to: &[(&Payout, BankAccount)]) -> String {
    let mut out = String::from("reference,publisher,holder,iban,amount,currency\r\n");
    for (payout, account) in to {
        let (holder, iban) = (cell(&account.holder), account.iban.as_str());
        let (cents, currency) = (payout.amount.cents, payout.amount.currency);
        let amount = decimal(cents, currency);
        let reference = reference(run, payout);
        // Into a String: cannot fail.
        let _ = write!(out, "{reference},{},{holder},{iban},{amount},{currency}", payout.publisher);
        out.push_str("\r\n");
    }
    out
}

fn pain(run: &Run, to: &[&(&Payout, BankAccount)], payer: &Payer) -> String {
    let sum = decimal(to.iter().map(|(payout, _)| payout.amount.cents).sum(), Currency::EUR);
    let (id, count, name) = (format!("annex-{}", run.month), to.len(), text(&payer.name));
    let (at, iban) = (run.made_at.to_string(), payer.iban.as_str());
    let day: String = at.chars().take(10).collect();
    let transfers: String = to.iter().map(|(payout, account)| transfer(run, payout, account)).collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03">
<CstmrCdtTrfInitn>
<GrpHdr><MsgId>{id}</MsgId><CreDtTm>{at}</CreDtTm><NbOfTxs>{count}</NbOfTxs><CtrlSum>{sum}</CtrlSum><InitgPty><Nm>{name}</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>{id}</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>{count}</NbOfTxs><CtrlSum>{sum}</CtrlSum>
<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf><ReqdExctnDt>{day}</ReqdExctnDt>
<Dbtr><Nm>{name}</Nm></Dbtr><DbtrAcct><Id><IBAN>{iban}</IBAN></Id></DbtrAcct>
<DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt><ChrgBr>SLEV</ChrgBr>
{transfers}</PmtInf>
</CstmrCdtTrfInitn>
</Document>
"#
    )
}

fn transfer(run: &Run, payout: &Payout, account: &BankAccount) -> String {
    let (reference, amount) = (reference(run, payout), decimal(payout.amount.cents, Currency::EUR));
    let (holder, iban) = (text(&account.holder), account.iban.as_str());
    format!(
        "<CdtTrfTxInf><PmtId><EndToEndId>{reference}</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"EUR\">{amount}</InstdAmt></Amt>\
         <Cdtr><Nm>{holder}</Nm></Cdtr><CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct>\
         <RmtInf><Ustrd>{reference}</Ustrd></RmtInf></CdtTrfTxInf>\n"
    )
}

/// A name within its bounds, as XML has it.
fn text(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().filter(|c| !c.is_control()).take(NAME) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use annex_domain::{clock::Timestamp, earnings::PayoutState, money::Money};

    use super::*;

    #[test]
    fn the_transfer_names_each_sum_once_and_no_name_becomes_markup() {
        let run =
            Run { month: "2027-01".parse().unwrap(), state: PayoutState::Made, made_at: Timestamp(1_801_440_000_000) };
        let of = |number, cents, currency| Payout {
            number,
            publisher: "acme".parse().unwrap(),
            amount: Money::new(cents, currency),
            sealed: Vec::new(),
        };
        let account = BankAccount { holder: "=Acme <&> Co".into(), iban: "DE89370400440532013000".parse().unwrap() };
        let (first, second) = (of(1, 7_992, Currency::EUR), of(2, 5_000, Currency::USD));
        let payer = Payer { name: "Annex".into(), iban: "NO9386011117947".parse().unwrap() };
        let to = [(&first, account.clone()), (&second, account)];
        let made = files(&run, &to, Some(&payer));
        assert_eq!(made.csv.matches("\r\n").count(), 3);
        assert!(made.csv.contains("2027-01-1,acme,'=Acme <&> Co,DE89370400440532013000,79.92,EUR"), "{}", made.csv);
        let pain = made.pain.as_deref().unwrap();
        assert!(pain.contains("<NbOfTxs>1</NbOfTxs><CtrlSum>79.92</CtrlSum>") && !pain.contains("50.00"), "{pain}");
        assert!(pain.contains("<Nm>=Acme &lt;&amp;&gt; Co</Nm>"), "{pain}");
        assert_eq!(files(&run, &to, Some(&payer)), made);
        assert_eq!(files(&run, &to[1..], Some(&payer)).pain, None);
    }
}
