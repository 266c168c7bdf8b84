/// What a command stands in: its standard streams, its environment, its folder, and the way in
/// which it fails.
@NullMarked
package dev.reveille.cli.terminal;

import org.jspecify.annotations.NullMarked;
