/// The measurements.
@NullMarked
package dev.reveille.bench;

import org.jspecify.annotations.NullMarked;
