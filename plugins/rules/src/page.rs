//! The rules on a page of the main menu, a form each. Who has none of the roles of the setting `editors` sees them as they are.

use std::collections::BTreeSet;

use annex_sdk::{
    operators,
    prelude::*,
    ui::{Choice, ChoiceInput, DateInput, NumberInput, Pairs, Toggle},
};

use crate::{
    config::{Close, Rules, Targets},
    hours::{self, Hours},
    names,
};

/// Stands for everybody where one of several groups is chosen: no name of a group is a star.
const EVERYBODY: &str = "*";
/// Characters of an answer outside business hours.
const MOST_REPLY: u32 = 4000;
/// Minutes of a first reply: 30 days.
const MOST_MINUTES: u32 = 43_200;

pub(crate) fn view(ctx: &Context, t: &Texts) -> Result<View> {
    let rules = Rules::of_desk()?;
    let view = View::new(t.get("title"));
    if !may_edit(ctx)? {
        return Ok(view.subtitle(t.get("read-only")).section(summary(&rules, t)));
    }
    Ok(view
        .section(turn(&rules, t)?)
        .section(reply(&rules, t))
        .section(hours_form(&rules.hours, t))
        .section(close(&rules.close, t))
        .section(clock(&rules.clock, t)))
}

pub(crate) fn handle(ctx: &Context, event: &Event, t: &Texts) -> Result<Reply> {
    if !may_edit(ctx)? {
        return Err(Error::Denied(t.get("not-yours")));
    }
    let saved = match event.verb.as_str() {
        "save-turn" => save_turn(event),
        "save-reply" => save_reply(event, t),
        "save-hours" => save_hours(event, t),
        "save-close" => save_close(event),
        "save-clock" => save_clock(event),
        _ => Err(event.unknown()),
    };
    match saved? {
        Some((field, wrong)) => Ok(Reply::invalid([(field, wrong)])),
        None => Ok(Reply::replace(view(ctx, t)?).toast(Toast::success(t.get("saved")))),
    }
}

/// What is wrong with a form: the field and a text; none: it was saved.
type Wrong = Option<(&'static str, String)>;

fn may_edit(ctx: &Context) -> Result<bool> {
    let editors = names("editors");
    let roles = operators::get(&ctx.operator)?.roles;
    Ok(roles.iter().any(|role| editors.contains(&role.to_lowercase())))
}

fn turn(rules: &Rules, t: &Texts) -> Result<Section> {
    let among = &rules.turn.among;
    let everybody = operators::all()?;
    let mut known: BTreeSet<&str> =
        everybody.iter().flat_map(|one| one.groups.iter().chain(&one.roles)).map(String::as_str).collect();
    // What was chosen stays to be seen, also when nobody is in it any more.
    if !among.is_empty() {
        known.insert(among.as_str());
    }
    let choices = [Choice::new(EVERYBODY, t.get("everybody"))].into_iter();
    let choices = choices.chain(known.into_iter().map(|name| Choice::new(name, name)));
    let chosen = if among.is_empty() { EVERYBODY } else { among.as_str() };
    let menu = ChoiceInput::menu("among", t.get("among")).choices(choices).selected(chosen);
    let form = Form::new("save-turn", t.get("save")).titled(t.get("turn"));
    let on = Toggle::new("turn_on", t.get("turn-on"), rules.turn.on);
    Ok(form.input(on).input(menu.hint(t.get("among-hint"))).into())
}

fn save_turn(event: &Event) -> Result<Wrong> {
    let among = event.text("among");
    let among = if among == EVERYBODY { "" } else { among };
    Rules::change(|rules| {
        rules.turn.on = event.flag("turn_on");
        among.clone_into(&mut rules.turn.among);
    })?;
    Ok(None)
}

fn reply(rules: &Rules, t: &Texts) -> Section {
    let on = Toggle::new("reply_on", t.get("reply-on"), rules.reply.on);
    let text = if rules.reply.text.is_empty() { t.get("reply-example") } else { rules.reply.text.clone() };
    let text = TextInput::area("reply_text", t.get("reply-text")).max(MOST_REPLY).value(text);
    let form = Form::new("save-reply", t.get("save")).titled(t.get("reply"));
    form.input(on).input(text.hint(t.get("reply-hint"))).into()
}

fn save_reply(event: &Event, t: &Texts) -> Result<Wrong> {
    let (on, text) = (event.flag("reply_on"), event.text("reply_text").trim());
    if on && text.is_empty() {
        return Ok(Some(("reply_text", t.get("reply-missing"))));
    }
    Rules::change(|rules| {
        rules.reply.on = on;
        text.clone_into(&mut rules.reply.text);
    })?;
    Ok(None)
}

fn hours_form(hours: &Hours, t: &Texts) -> Section {
    let days = (0..7).map(|day| Choice::new(day.to_string(), t.get(&format!("day-{day}"))));
    let days = ChoiceInput::checks("days", t.get("days")).choices(days);
    let days = hours.days.iter().fold(days, |input, day| input.selected(day.to_string()));
    let zone = TextInput::line("zone", t.get("zone")).max(60).value(hours.zone.clone()).placeholder("Europe/Berlin");
    let form = Form::new("save-hours", t.get("save")).titled(t.get("hours"));
    let form = form.input(days).input(DateInput::time("from", t.get("from")).value(clock_face(hours.from)).required());
    let form = form.input(DateInput::time("until", t.get("until")).value(clock_face(hours.until)).required());
    form.input(zone.hint(t.get("zone-hint"))).into()
}

fn save_hours(event: &Event, t: &Texts) -> Result<Wrong> {
    let Some(from) = minutes_of(event.text("from")) else { return Ok(Some(("from", t.get("time-wrong")))) };
    let Some(until) = minutes_of(event.text("until")) else { return Ok(Some(("until", t.get("time-wrong")))) };
    if from >= until {
        return Ok(Some(("until", t.get("until-early"))));
    }
    let zone = event.text("zone").trim();
    if !zone.is_empty() && hours::zone(zone).is_none() {
        return Ok(Some(("zone", t.get("zone-wrong"))));
    }
    let days: Vec<i8> = event.many("days").iter().filter_map(|day| day.parse().ok()).collect();
    Rules::change(|rules| rules.hours = Hours { days: days.clone(), from, until, zone: zone.to_owned() })?;
    Ok(None)
}

fn close(close: &Close, t: &Texts) -> Section {
    let on = Toggle::new("close_on", t.get("close-on"), close.on);
    let days = number("close_days", t.get("close-days"), close.days, 365);
    Form::new("save-close", t.get("save")).titled(t.get("close")).input(on).input(days).into()
}

fn save_close(event: &Event) -> Result<Wrong> {
    let close = Close { on: event.flag("close_on"), days: entered(event, "close_days") };
    Rules::change(|rules| rules.close = close.clone())?;
    Ok(None)
}

fn clock(targets: &Targets, t: &Texts) -> Section {
    let minutes = |id: &str, minutes: u32| number(id, t.get(&id.replace('_', "-")), minutes, MOST_MINUTES);
    let on = Toggle::new("clock_on", t.get("clock-on"), targets.on).hint(t.get("clock-hint"));
    let form = Form::new("save-clock", t.get("save")).titled(t.get("clock"));
    form.input(on)
        .input(minutes("clock_urgent", targets.urgent))
        .input(minutes("clock_high", targets.high))
        .input(minutes("clock_normal", targets.normal))
        .input(minutes("clock_low", targets.low))
        .input(minutes("clock_warn", targets.warn))
        .into()
}

fn save_clock(event: &Event) -> Result<Wrong> {
    let clock = Targets {
        on: event.flag("clock_on"),
        urgent: entered(event, "clock_urgent"),
        high: entered(event, "clock_high"),
        normal: entered(event, "clock_normal"),
        low: entered(event, "clock_low"),
        warn: entered(event, "clock_warn"),
    };
    Rules::change(|rules| rules.clock = clock.clone())?;
    Ok(None)
}

fn number(id: &str, label: String, value: u32, most: u32) -> NumberInput {
    NumberInput::new(id, label).range(1.0, f64::from(most)).step(1.0).value(f64::from(value)).required()
}

/// The host has checked that it is within the range of its field.
fn entered(event: &Event, field: &str) -> u32 {
    event.number(field).unwrap_or(1.0).round() as u32
}

/// What everybody may know.
fn summary(rules: &Rules, t: &Texts) -> Section {
    let state = |on: bool| t.get(if on { "on" } else { "off" });
    let zone = hours::zone(&rules.hours.zone).map_or_else(|| t.get("zone-desk"), |_| rules.hours.zone.clone());
    let open = [clock_face(rules.hours.from), clock_face(rules.hours.until)].join("–");
    Section::new().block(
        Pairs::new()
            .text(t.get("turn"), state(rules.turn.on))
            .text(t.get("reply"), state(rules.reply.on))
            .text(t.get("hours"), format!("{open}, {zone}"))
            .text(t.get("close"), state(rules.close.on))
            .text(t.get("clock"), state(rules.clock.on)),
    )
}

/// `09:00`
fn clock_face(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Of `09:00`, with or without seconds.
fn minutes_of(text: &str) -> Option<u16> {
    let (hours, rest) = text.split_once(':')?;
    let minutes = rest.split(':').next().unwrap_or(rest);
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_shown() {
        for minutes in [0, 9 * 60, 17 * 60 + 30, 23 * 60 + 59] {
            assert_eq!(minutes_of(&clock_face(minutes)), Some(minutes));
        }
        assert_eq!(minutes_of("09:05:30"), Some(545));
        for wrong in ["", "9", "24:00", "12:60", "a:b", "-1:00"] {
            assert_eq!(minutes_of(wrong), None, "{wrong}");
        }
    }
}
