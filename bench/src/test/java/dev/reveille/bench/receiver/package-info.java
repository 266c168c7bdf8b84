/// Tests of what judges the pushes that came.
@NullMarked
package dev.reveille.bench.receiver;

import org.jspecify.annotations.NullMarked;
