package dev.reveille.http.server;

import org.jspecify.annotations.Nullable;

/// Answers the requests of a listener. [Handlers] puts several on one listener. Called on several
/// event loops at once, where it must not block; [#lookUp] is called on other threads and may.
@FunctionalInterface
public interface HttpHandler {

  /// Takes a request, on its connection's event loop: must not block.
  ///
  /// The exchange must be answered at some time, by any thread. An exception that leaves this
  /// method is answered with 500.
  void handle(Exchange exchange);

  /// How this request's body is taken, asked on the event loop before the body is read.
  ///
  /// @param path decoded, as [Exchange#path]
  default BodyRule bodyRule(final String method, final String path) {
    return BodyRule.USUAL;
  }

  /// Who sends a body, asked on the event loop, which must not block: before more than
  /// [BodyRule#UNASKED] bytes of it are taken, and to charge what is held of a smaller one.
  ///
  /// @return null when memory does not know: then nothing more is read of a body that is larger,
  ///   and [#lookUp] is asked
  default @Nullable BodyOwner bodyOwner(final BodyHead head) {
    return BodyOwner.STRANGER;
  }

  /// The same on a thread that may block.
  default BodyOwner lookUp(final BodyHead head) {
    return BodyOwner.STRANGER;
  }

  /// How the refusals of the listener itself are put for requests of this handler: those that are
  /// too large, too slow or badly framed, and those over a limit.
  default Problems problems() {
    return Problems.plain();
  }
}
