/// The demonstration: a server, Apple's push service (simulated) and two phones, each a process of
/// its own, and a few calls and messages played through them with measured times. [Demo] is the
/// front; [Play] holds the scenes.
@NullMarked
package dev.reveille.cli.demo;

import org.jspecify.annotations.NullMarked;
