/// Deliberate faults of the server, one class each, as decorators of its ports: the test of the
/// tests. Each does exactly what its name says and nothing else, so that one verdict must turn red
/// and all others stay green. [dev.reveille.bench.breaks.Breaks] knows them by name.
@NullMarked
package dev.reveille.bench.breaks;

import org.jspecify.annotations.NullMarked;
