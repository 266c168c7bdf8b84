/// The platforms' real protocols on loopback, and phones.
@NullMarked
package dev.reveille.simulators;

import org.jspecify.annotations.NullMarked;
