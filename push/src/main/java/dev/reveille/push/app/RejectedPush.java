package dev.reveille.push.app;

import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import org.slf4j.Logger;

/// Logs that a push service rejected a push as malformed or too large. A payload of our own making
/// is an error of this server. One that a caller gave for the push service (a send of a hub) is the
/// caller's mistake: the outcomes of the send tell it, and the log has it at debug level only,
/// since a caller could fill the log. Thread-safe.
public final class RejectedPush {
  private RejectedPush() {}

  /// @param log of the class that read the answer
  /// @param service whose answer it is, as operators know it
  /// @param words of the service
  public static void log(
      final Logger log, final Push push, final String service, final String words) {
    switch (push.content()) {
      case PushContent.Native _ ->
          log.debug("{} rejected the payload that a caller gave: {}", service, words);
      case PushContent.Ours _ -> log.error("{} rejected a push as malformed: {}", service, words);
    }
  }
}
