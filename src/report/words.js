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

/// Whether a further term lowers the held-out loss by clearly more than chance.
function helps(entry) {
  return entry.gain.mean > 3 * (entry.gain.error ?? 0);
}

/// What the terms that were left out could still do, in a sentence; empty where none was tried.
function further_sentence(run) {
  const entries = further_terms(run);
  if (!entries.length) return "";
  const helpful = entries.filter(helps);
  if (helpful.length) {
    const terms = and_list(helpful.map((entry) => term_in_words(entry.term)));
    const [verb, them] = helpful.length > 1 ? ["would each help", "each was"] : ["would help", "it was"];
    return `${terms} ${verb}: ${them} put in at the best of a few sizes, the rest of the rule unchanged.`;
  }
  const best = entries[0];
  const {mean, error} = best.gain;
  const size = `${fixed(best.relative, 2)} of the largest coefficient`;
  const effect = `${mean < 0 ? "costs" : "gains"} ${with_error(Math.abs(mean), error)}`;
  const candidate = `the most promising one that the rule does not have, ${term_in_words(best.term)} at ${size}`;
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
      ? ""
      : named_parameters(searched[0])
        ? `, one formula with ${numbers === 1 ? "one number" : `${numbers} numbers`} to find,`
        : `, each a sum of up to ${numbers} terms,`;
  const time = is_number(run.seconds) ? ` (${duration(run.seconds)})` : "";
  const verb = run.status === "finished" ? "tried" : "has tried";
  return [
    `carve ${verb} ${count(run.evaluations)} candidate rules${size} in ${count(run.generations)} generations${time}.`,
  ];
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
  const rules = Object.entries(table(run.rules));
  if (rules.length !== 1) return [];
  const [name, rule] = rules[0];
  const terms = terms_of(rule);
  if (!terms.length) return [];
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

/// What to look for in the picture of the weights.
function learned_reading(lives, are_images) {
  if (!are_images) {
    return (
      "Each dot is one synapse of one trial: its weight against the entry of the principal component " +
      "that it should match. A perfect rule puts all dots on the dashed line."
    );
  }
  const pictures = lives.some((life) => life.components.length > 1)
    ? "Each column is one trial, each pair of rows one output: above, the principal component that it " +
      "should find; below, its weights."
    : "Each column is one trial. Above, the first principal component of that trial’s inputs; below, " +
      "the weights that the rule learned.";
  return `${pictures} The two should look alike; |cos| is 1 when they point the same way.`;
}

/// Counts of how the candidates' lifetimes ended, in a fixed order, with what each word means.
function outcomes(run) {
  const meaning = {
    finished: ["finished", "learned to the end of every trial"],
    blown_up: ["blown up", "weights or activity grew without bound"],
    not_finite: ["not finite", "a number overflowed"],
    silent: ["silent", "weights or activity died"],
  };
  const counts = table(run.outcomes);
  const names = [...Object.keys(meaning), ...Object.keys(counts).filter((name) => !(name in meaning))];
  const total = sum(Object.values(counts).filter(is_number));
  return names
    .filter((name) => is_number(counts[name]))
    .map((name) => {
      const [word, explanation] = meaning[name] ?? [name.replace(/_/g, " "), ""];
      return {name, word, explanation, count: counts[name], share: total ? counts[name] / total : 0};
    });
}
