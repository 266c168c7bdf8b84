package dev.reveille.sip.transport;

import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/// One attempt to open a connection: tells its listener once how it went.
final class OpenAttempt implements Origin {
  private final SipTarget target;
  private final OpenListener listener;
  private final AtomicBoolean isTold = new AtomicBoolean();

  OpenAttempt(final SipTarget target, final OpenListener listener) {
    this.target = target;
    this.listener = listener;
  }

  @Override
  public boolean isAccepted() {
    return false;
  }

  @Override
  public Set<String> acceptedNames() {
    return target.acceptedNames();
  }

  @Override
  public void opened(final SipConnection connection) {
    if (isTold.compareAndSet(false, true)) {
      listener.opened(connection);
    }
  }

  @Override
  public void proven(final SipConnection connection) {
    // we chose the peer
  }

  @Override
  public void closed(final SipConnection connection, final boolean wasOpened) {
    fail(failureOf(connection));
  }

  private static OpenFailure failureOf(final SipConnection connection) {
    final var failure = connection.tlsFailure();
    return switch (connection.closeReason()) {
      case HANDSHAKE_TIMEOUT -> new OpenFailure.Deaf();
      case WRONG_NAME -> new OpenFailure.WrongName(connection.identity());
      case HANDSHAKE_FAILED ->
          failure == null
              ? new OpenFailure.Ended(CloseReason.HANDSHAKE_FAILED)
              : new OpenFailure.TlsFailed(
                  TlsFault.of(failure), String.valueOf(failure.getMessage()));
      case PEER_CLOSED,
          RESET,
          TLS_ALERT,
          SILENT,
          SLOW_MESSAGE,
          IDLE,
          NO_PONG,
          MALFORMED,
          PEER_DOES_NOT_READ,
          CROWDED_OUT,
          FULL,
          SHUT_DOWN,
          FAULT ->
          new OpenFailure.Ended(connection.closeReason());
    };
  }

  void fail(final OpenFailure failure) {
    if (isTold.compareAndSet(false, true)) {
      listener.failed(failure);
    }
  }
}
