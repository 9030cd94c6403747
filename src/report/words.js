// What the figures say, in sentences: from the run's document to plain text, without a browser.

function list(value) {
  return Array.isArray(value) ? value : [];
}

function table(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
}

/// The rule's terms, largest first, each with its size relative to the main one (the first).
function terms_of(rule) {
  const terms = list(table(rule).terms).filter((entry) => is_number(table(entry).coefficient));
  const main = terms.find((entry) => entry.relative === 1) ?? largest(terms);
  return terms
    .map((entry) => ({
      ...entry,
      relative: is_number(entry.relative) ? entry.relative : entry.coefficient / main.coefficient,
    }))
    .sort((a, b) => (b.term === main.term) - (a.term === main.term) || Math.abs(b.relative) - Math.abs(a.relative));
}

/// The terms of one rule with their coefficients relative to the size of the main one, so that its sign shows too.
function signed_terms(rule) {
  const terms = terms_of(rule);
  const sign = terms[0]?.coefficient < 0 ? -1 : 1;
  return new Map(terms.map((term) => [term.term, sign * term.relative]));
}

function largest(terms) {
  return terms.reduce(
    (best, entry) => (!best || Math.abs(entry.coefficient) > Math.abs(best.coefficient) ? entry : best),
    undefined,
  );
}

/// Whether the numbers that were searched are the named parameters of a formula, not coefficients of terms.
function named_parameters(coefficients) {
  const names = Object.keys(table(coefficients));
  return names.length > 0 && names.every((name) => /^[A-Za-z_]\w*$/.test(name) && !["x", "y", "w"].includes(name));
}

/// What removing a term does to the held-out loss: "needed", "idle", "harmful", or undefined where it was not measured.
/// Three standard errors, because many terms are tested at once.
function removal_verdict(entry) {
  const {mean, error} = table(entry.removal);
  if (mean === undefined) return undefined;
  if (mean === null) return "needed"; // without it, the loss is not finite
  if (Math.abs(mean) <= 3 * (error ?? 0)) return "idle";
  return mean > 0 ? "needed" : "harmful";
}

/// Terms that the rule does not have, with what each would gain; the most promising first.
function further_terms(run) {
  const measured = (entry) => typeof table(entry).term === "string" && is_number(table(entry.gain).mean);
  return list(run.further).filter(measured);
}

/// " of lateral", where there are several rules that a term could be of.
function of_rule(run, entry) {
  return Object.keys(table(run.rules)).length > 1 && entry.rule ? ` of ${entry.rule}` : "";
}

/// Whether a further term lowers the held-out loss by clearly more than chance.
function helps(entry) {
  return entry.gain.mean > 3 * (entry.gain.error ?? 0);
}

/// What the terms that were left out could still do, in a sentence; empty where none was tried.
function further_sentence(run) {
  const entries = further_terms(run);
  if (!entries.length) return "";
  const named = (entry) => `${term_in_words(entry.term)}${of_rule(run, entry)}`;
  const helpful = entries.filter(helps);
  if (helpful.length) {
    const terms = and_list(helpful.map(named));
    const [verb, them] = helpful.length > 1 ? ["would each help", "each was"] : ["would help", "it was"];
    return `${terms} ${verb}: ${them} put in at the best of a few sizes, the rest of the rule unchanged.`;
  }
  const best = entries[0];
  const {mean, error} = best.gain;
  const size = `${fixed(best.relative, 2)} of ${of_rule(run, best) ? "its" : "the"} largest coefficient`;
  const effect = `${mean < 0 ? "costs" : "gains"} ${with_error(Math.abs(mean), error)}`;
  const candidate = `the most promising one that the rule does not have, ${named(best)} at ${size}`;
  return `No further term helps: ${candidate}, ${effect}.`;
}

/// The found rule first, then the reference, then the comparisons; no name twice.
function contestants(run) {
  const {validation, reference, comparisons} = table(run.loss);
  if (!validation) return [];
  const found = {name: "Found rule", found: true, ...validation};
  const others = [reference, ...list(comparisons)].filter(Boolean).map(table);
  return [found, ...others.filter((entry, k) => others.findIndex((other) => other.name === entry.name) === k)];
}

/// Whether the found rule is "better", "worse" or "level" by a paired difference; undefined if there is none.
function verdict(difference) {
  const {mean, error} = table(difference);
  if (!is_number(mean) || !is_number(error)) return undefined;
  if (Math.abs(mean) <= 2 * error) return "level";
  return mean < 0 ? "better" : "worse";
}

/// Whether a difference, certain or not, is too small to matter.
function tiny(entry) {
  return Math.abs(table(entry.difference).mean) < 0.01 * Math.abs(entry.mean);
}

function verdict_words(entry) {
  if (entry.found) return "";
  if (!is_number(entry.mean)) return "this rule fails";
  if (tiny(entry)) return "same within 1 %";
  return (
    {better: "found is better", worse: "found is worse", level: "no clear difference"}[verdict(entry.difference)] ?? "–"
  );
}

function headline(run) {
  const {validation, reference} = table(run.loss);
  if (!validation) {
    if (run.status === "running") return "The search is still running";
    if (run.status === "interrupted") return "The search was interrupted";
    return Object.keys(table(run.rules)).length
      ? "A rule was found, not yet tested on fresh data"
      : "This run holds no rule yet";
  }
  if (!is_number(validation.mean)) return "The found rule fails on data that it never saw";
  if (!reference)
    return `On data that it never saw, the found rule’s loss is ${with_error(validation.mean, validation.error)}`;
  const name = reference.name ?? "the reference rule";
  if (!is_number(reference.mean)) return `On data that it never saw, the found rule works; ${name} fails`;
  switch (tiny(reference) ? "level" : verdict(reference.difference)) {
    case "better":
      return `On data that it never saw, the found rule does better than ${name}`;
    case "worse":
      return `On data that it never saw, the found rule does not reach ${name}`;
    case "level":
      return `On data that it never saw, the found rule does as well as ${name}`;
  }
  return `The found rule beside ${name}, on data that neither saw before`;
}

function lead(run) {
  return [...work_sentence(run), ...terms_sentence(run), ...loss_sentence(run)].join(" ");
}

function work_sentence(run) {
  if (!is_number(run.generations) || !is_number(run.evaluations)) return [];
  const searched = Object.values(table(table(list(run.history).at(-1)).coefficients));
  const numbers = Object.keys(table(searched[0])).length;
  const size =
    searched.length !== 1
      ? sets_words(searched)
      : named_parameters(searched[0])
        ? `, one formula with ${numbers === 1 ? "one number" : `${numbers} numbers`} to find,`
        : `, each a sum of up to ${numbers} terms,`;
  const time = is_number(run.seconds) ? ` (${duration(run.seconds)})` : "";
  const verb = run.status === "finished" ? "tried" : "has tried";
  const candidates = searched.length > 1 ? "candidates" : "candidate rules";
  return [
    `carve ${verb} ${count(run.evaluations)} ${candidates}${size} in ${count(run.generations)} generations${time}.`,
  ];
}

/// What one candidate is, where it is several rules: "each a set of 2 rules with 27 and 8 numbers".
function sets_words(searched) {
  const sizes = searched.map((rule) => String(Object.keys(table(rule)).length));
  return searched.length > 1 ? `, each a set of ${searched.length} rules with ${and_list(sizes)} numbers,` : "";
}

function loss_sentence(run) {
  const {search, validation, reference} = table(run.loss);
  if (!validation) return is_number(search) ? [`Best loss so far, on the search’s own trials: ${number(search)}.`] : [];
  if (!is_number(validation.mean)) return ["On at least one fresh trial the weights did not stay finite."];
  const trials = is_number(validation.trials) ? `On ${count(validation.trials)} fresh trials its` : "Its held-out";
  const own = `${trials} loss is ${with_error(validation.mean, validation.error)}`;
  if (!is_number(table(reference).mean)) return [own + "."];
  const share = tiny(reference) || verdict(reference.difference) === "level" ? "" : relative_words(validation.mean, reference.mean);
  return [`${own}, against ${with_error(reference.mean, reference.error)}${share}.`];
}

function relative_words(found, other) {
  if (!(found > 0) || !(other > 0)) return "";
  const share = found / other - 1;
  return `: ${percent(Math.abs(share))} ${share < 0 ? "less" : "more"}`;
}

/// Which terms carry the rule, and how they stand to the known one.
function terms_sentence(run) {
  const rules = Object.entries(table(run.rules)).filter(([, rule]) => terms_of(rule).length);
  if (rules.length > 1) return [several_rules_sentence(run, rules)];
  if (rules.length !== 1) return [];
  const [name, rule] = rules[0];
  const terms = terms_of(rule);
  const known = table(table(run.known)[name]);
  const expected = terms.filter((entry) => known[entry.term]);
  if (expected.length < 2 || expected.length < Object.keys(known).length) return [largest_terms_sentence(terms)];
  const lead_all = expected.every((entry) => terms.indexOf(entry) < expected.length);
  const names = and_list(expected.map((entry) => term_in_words(entry.term)));
  const ratio = expected.map((entry) => number(Number(entry.relative.toFixed(2)))).join(" : ");
  const textbook = expected.map((entry) => number(known[entry.term])).join(" : ");
  const found = lead_all
    ? "Its largest terms are those of the textbook rule"
    : "It holds the terms of the textbook rule";
  const rest = terms.find((entry) => !known[entry.term]);
  const size = rest && `at ${fixed(rest.relative, 2)} of the main one`;
  const other = rest ? ` The largest further term is ${term_in_words(rest.term)}, ${size}${needed_words(rest)}.` : "";
  return [`${found}, ${names}, in the ratio ${ratio} (textbook: ${textbook}).${other}`];
}

/// Which terms each of several rules is made of, and whether they are the known ones.
function several_rules_sentence(run, rules) {
  const large = (rule) => terms_of(rule).filter((entry) => Math.abs(entry.relative) >= 0.05);
  const parts = rules.map(([name, rule]) => {
    const words = large(rule)
      .slice(0, 4)
      .map((entry) => `${term_in_words(entry.term)} (${fixed(signed_terms(rule).get(entry.term), 2)})`);
    return `${and_list(words)} for the ${name} synapses`;
  });
  const known = table(run.known);
  const is_textbook = ([name, rule]) => {
    const expected = Object.keys(table(known[name])).filter((term) => known[name][term]);
    const found = large(rule).map((entry) => entry.term);
    return expected.length > 0 && found.length === expected.length && expected.every((term) => found.includes(term));
  };
  const same = rules.every(is_textbook) ? ": those of the textbook rules, and no others" : "";
  return `The largest terms, relative to the size of each rule’s main one: ${parts.join("; ")}${same}.`;
}

function largest_terms_sentence(terms) {
  const leading = terms.filter((entry) => Math.abs(entry.relative) >= 0.05).slice(0, 4);
  const words = leading.map((entry) => `${term_in_words(entry.term)} (${fixed(entry.relative, 2)})`);
  return `Its largest terms, relative to the main one: ${and_list(words)}.`;
}

function and_list(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function needed_words(entry) {
  const words = {
    needed: ", and it is needed",
    idle: ", and it can go without measurable harm",
    harmful: ", and the rule is better without it",
  };
  return words[removal_verdict(entry)] ?? "";
}

/// What the page must say up front about a run that is not finished; empty for one that is.
function notice(run) {
  if (run.status === "running") {
    return (
      "This page was written while the search was running. Everything below is as of then; the test on " +
      "fresh data comes at the end."
    );
  }
  if (run.status === "interrupted") {
    return (
      "This search was stopped before its end. Nothing is lost: “carve resume” with its run folder " +
      "goes on, to the same bits as if it had never stopped."
    );
  }
  return "";
}

function why_no_evidence(run) {
  if (run.status === "running") return "Not yet: the rule is tested on fresh trials when the search has finished.";
  if (run.status === "interrupted")
    return "Not yet: the search was stopped before the rule was tested on fresh trials. “carve resume” goes on.";
  return "This run has no test on fresh trials.";
}

/// Whether each output is held to the space of all components, not to the component of its number.
function by_subspace(lives) {
  return lives.some((life) => life.measure === "subspace");
}

/// What to look for in the picture of the weights.
function learned_reading(lives, are_images) {
  const is_subspace = by_subspace(lives);
  const several = lives.some((life) => life.components.length > 1);
  const space =
    "The outputs of this network share the principal components among them in no order, so each is held to the space " +
    "of all of them.";
  if (!are_images) {
    return is_subspace
      ? `${space} Each dot is one synapse of one trial: its weight against that of the nearest point in the space. A ` +
          "perfect rule puts all dots on the dashed line."
      : "Each dot is one synapse of one trial: its weight against the entry of the principal component " +
          "that it should match. A perfect rule puts all dots on the dashed line.";
  }
  const pictures = is_subspace
    ? `${space} Above, the nearest point in that space; below, the weights.`
    : several
      ? "Each pair of pictures is one output in one trial: above, the principal component that it should find; below, " +
        "its weights."
      : "Each column is one trial. Above, the first principal component of that trial’s inputs; below, " +
        "the weights that the rule learned.";
  return `${pictures} The two should look alike; |cos| is 1 when they point the same way.`;
}

/// Where each of several starts ended, the least loss first; empty where the search was started once.
function starts_of(run) {
  const starts = list(run.finalists).filter((each) => is_number(table(each).start) && each.loss);
  const loss = (each) => (is_number(each.loss.mean) ? each.loss.mean : Infinity);
  return starts.length > 1 ? starts.sort((a, b) => loss(a) - loss(b)) : [];
}

/// How many starts agree with the one that was chosen.
function starts_sentence(run) {
  const starts = starts_of(run);
  if (!starts.length) return "";
  const as_good = starts.filter(({loss, difference}) => {
    const {mean, error} = table(difference);
    return is_number(mean) && mean <= Math.max(2 * (error ?? 0), 0.01 * Math.abs(loss.mean));
  });
  const other = list(run.finalists).some((each) => table(each).chosen && !is_number(each.start));
  const chosen = other ? "the answer’s, which is the best candidate of the last generations" : "the chosen one";
  return `${as_good.length} of ${starts.length} starts end as well as ${chosen}.`;
}

/// What a generation of the search does.
function search_words(method) {
  const words = {
    gradient:
      "Each generation, the rule learns, and the search follows back through the lifetimes how the loss depends on each " +
      "of the rule’s numbers, then takes a step downhill.",
    finite_differences:
      "Each generation, the search moves the rule’s numbers one at a time, measures how the loss changes, and takes a " +
      "step downhill.",
    random: "Each generation tries rules at random points; nothing is learned from one generation for the next.",
  };
  return (
    words[method] ??
    "Each generation, the search proposes a population of rules, lets each one learn, and moves towards those that did " +
      "well."
  );
}

/// What the search's step size is called, and what it tells.
function step_words(method) {
  if (["gradient", "finite_differences"].includes(method)) return ["learning rate", ""];
  if (method === "random") return ["width of the draw", ""];
  return [
    "step size σ",
    "The step size says how far apart the proposed rules are: while it shrinks the search is homing in; if it still " +
      "falls steeply at the end, more generations would help.",
  ];
}

/// Counts of how the candidates' lifetimes ended, in a fixed order, with what each word means.
function outcomes(run) {
  const meaning = {
    finished: ["finished", "learned to the end of every trial"],
    blown_up: ["blown up", "weights or activity grew without bound"],
    not_finite: ["not finite", "a number overflowed"],
    silent: ["silent", "weights or activity died"],
    timed_out: ["timed out", "a lifetime took longer than the file allows"],
  };
  const counts = table(run.outcomes);
  const names = [...Object.keys(meaning), ...Object.keys(counts).filter((name) => !(name in meaning))];
  const total = sum(Object.values(counts).filter(is_number));
  return names
    .filter((name) => is_number(counts[name]) && (counts[name] > 0 || name !== "timed_out"))  // most have no limit
    .map((name) => {
      const [word, explanation] = meaning[name] ?? [name.replace(/_/g, " "), ""];
      return {name, word, explanation, count: counts[name], share: total ? counts[name] / total : 0};
    });
}
