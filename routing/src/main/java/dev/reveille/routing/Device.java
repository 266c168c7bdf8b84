package dev.reveille.routing;

import dev.reveille.model.AppState;
import dev.reveille.model.Installation;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.routing.port.LiveRoutes.Sight;
import org.jspecify.annotations.Nullable;

/// What the router knows of one device.
///
/// @param pushless this client generation keeps its own connection and needs no push
/// @param rings the call in question may still ring on this device; true for everything else
/// @param mayHaveRung this device was told of the call in question, or nobody knows
record Device(Installation installation, Sight sight, boolean pushless, boolean rings, boolean mayHaveRung) {

  boolean channelOpen() {
    return sight.channelOpen();
  }

  boolean inForeground() {
    return sight.channelOpen() && sight.state() == AppState.FOREGROUND;
  }

  /// The address on one of the channels, the first that exists.
  @Nullable PushAddress addressOn(final PushChannel... channels) {
    for (final var channel : channels) {
      for (final var address : installation.addresses()) {
        if (address.channel() == channel) {
          return address;
        }
      }
    }
    return null;
  }
}
