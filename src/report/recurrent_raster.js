// The raster of a recurrent network: spikes of some neurons of each population in the last moments of one trial.

const most_spikes = 4000; // of a population; more rows than these allow are left out

/// Spikes of one population on rows of their own, of fewer neurons where there are too many.
function raster_rows(spikes, shown) {
  const share = Math.min(1, most_spikes / Math.max(1, spikes.length));
  const all = Array.from({length: shown}, (_, row) => row);
  const kept = new Map(thin(all, Math.max(2, Math.floor(share * shown))).map((row, place) => [row, place]));
  const values = spikes.filter(([, row]) => kept.has(row)).map(([time, row]) => ({time, row: kept.get(row) + 0.5}));
  return {values, rows: Math.min(kept.size, shown)};
}

/// Spikes of every population in the last moments of a trial; populations that are silent keep their place.
function network_raster_chart(run) {
  const trial = recurrent_trials(run).find(({raster}) => list(raster).length > 0);
  const {raster_from} = table(run.recurrent);
  const end = lifetime_of(run);
  if (!trial || !is_number(raster_from) || !(end > raster_from)) return undefined;
  const spikes = trial.raster.filter((spike) => list(spike).length === 3 && spike.every(is_number));
  const places = new Set(spikes.map(([, place]) => place));
  const panels = populations_of(run)
    .slice(0, most_populations)
    .flatMap(({name, index, size, shown}) => {
      const own = spikes.filter(([, place]) => place === index).map(([time, , row]) => [time, row]);
      const most = Math.max(is_number(shown) ? shown : 0, ...own.map(([, row]) => row + 1));
      if (!(most > 0 && most < 1e5) || !places.size) return [];
      return [{name, size, stroke: colour_of_population(run, name), ...raster_rows(own, most)}];
    });
  if (!panels.length) return undefined;
  const panel = ({name, size, stroke, values, rows}, k) => {
    const height = Math.max(30, Math.min(190, 1.7 * rows));
    const of = is_number(size) && size > rows ? `of ${count(size)} ` : "";
    const words = JSON.stringify([`${count(rows)} ${of}${name}`, "neurons"]);
    const is_last = k === panels.length - 1;
    const y = {
      scale: {domain: [0, rows], nice: false, reverse: true},
      axis: {
        values: [rows / 2],
        labelExpr: words,
        labelFontSize: 12.5,
        labelColor: stroke,
        labelFontWeight: 600,
        minExtent: 104,
        grid: false,
      },
    };
    return {
      width: plot_width - 115,
      height,
      data: {values},
      mark: {type: "tick", orient: "vertical", thickness: 1.3, size: Math.max(1.5, (0.85 * height) / rows), opacity: 1},
      encoding: {
        x: quantity("time", is_last ? "time in the trial, s" : null, {
          scale: {domain: [raster_from, end], nice: false},
          axis: is_last ? {tickCount: 6} : null,
        }),
        y: quantity("row", null, y),
        color: {value: stroke},
      },
    };
  };
  const seconds = end - raster_from;
  const span = Math.abs(seconds - 1) < 1e-9 ? "Last second" : `Last ${number(seconds)} seconds`;
  return chart({
    title: chart_title(`${span} of ${trial_words(trial)} with the found rule`, 12),
    spacing: 10,
    vconcat: panels.map(panel),
  });
}
