package dev.reveille.push.hub;

import dev.reveille.model.AppId;
import java.time.Instant;
import java.util.UUID;

/// Finds the notification hub through which an app's devices are reached. Called for each push, so
/// that a change of a link counts for the next one: must be quick and must not block. Thread-safe.
@FunctionalInterface
public interface LinkedHubs {
  Way of(AppId app);

  /// The way to an app's devices, or the reason why there is none.
  sealed interface Way {
    /// No hub is linked.
    record None(String words) implements Way {}

    /// The linked hub does not take its key any more.
    record KeyRefused(String words) implements Way {}

    /// A hub is linked.
    sealed interface Open extends Way {
      /// The id of the communication resource, which begins the raw ids of its users.
      UUID resource();

      /// Whether chat goes through it, too.
      boolean chat();
    }

    /// A hub of this server.
    ///
    /// @param app the hub's app, whose credentials are used
    /// @param sandbox to which of Apple's environments its tokens belong
    /// @param byCertificate whether it opens Apple's service with a certificate alone: nothing goes
    ///   to Apple through it then
    record Own(UUID resource, boolean chat, AppId app, boolean sandbox, boolean byCertificate)
        implements Open {}

    /// A hub elsewhere.
    ///
    /// @param messages the URL of its messages, without a query
    record Foreign(UUID resource, boolean chat, String messages, Signature signature)
        implements Open {}
  }

  /// Signs requests to a hub.
  @FunctionalInterface
  interface Signature {
    /// The value of the `Authorization` header of a request that leaves now.
    String at(Instant now);
  }
}
