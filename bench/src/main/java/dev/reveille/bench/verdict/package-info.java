/// The verdict on a campaign: [Verdict] is computed from the raw [Evidence] alone, without a
/// server, a phone or a clock, so that it can be tested on recorded samples and on a server that
/// has a defect on purpose.
///
/// ```
/// hand-ins, ends, kills ──┐
/// what phones were reached by, unfolded ──┤
/// what Apple's simulator got and answered ──┼──▶ Verdict ──▶ Question → findings
/// trails, log, metrics ──┘
/// ```
@NullMarked
package dev.reveille.bench.verdict;

import org.jspecify.annotations.NullMarked;
