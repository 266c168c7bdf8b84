/// Tests of Apple's stand-in, with an independent client as witness.
@NullMarked
package dev.reveille.simulators.apple;

import org.jspecify.annotations.NullMarked;
