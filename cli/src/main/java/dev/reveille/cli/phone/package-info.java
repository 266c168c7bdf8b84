/// A phone in the terminal. [TerminalPhone] is the front: it registers, holds the live channel and
/// passes what arrives and what is typed to the [Handset], which knows how an app behaves and has
/// no socket.
@NullMarked
package dev.reveille.cli.phone;

import org.jspecify.annotations.NullMarked;
