package dev.reveille.sip.transport;

import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.transaction.ClientListener;
import dev.reveille.sip.transaction.ServerTransaction;
import dev.reveille.sip.transaction.TransactionEnd;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A handler, and a listener of what is opened and answered, which keep what they hear. MESSAGE is
/// answered 202, INVITE not at all, `FAIL` throws.
class Recorder implements SipHandler, OpenListener, ClientListener {
  private static final long PATIENCE_SECONDS = 20;

  /// What a connection ended with.
  record Closed(CloseReason why, String detail) {}

  final BlockingQueue<SipConnection> connections = new LinkedBlockingQueue<>();
  final BlockingQueue<OpenFailure> failures = new LinkedBlockingQueue<>();
  final BlockingQueue<Closed> closings = new LinkedBlockingQueue<>();
  final BlockingQueue<ServerTransaction> requests = new LinkedBlockingQueue<>();
  final BlockingQueue<SipResponse> responses = new LinkedBlockingQueue<>();
  final BlockingQueue<TransactionEnd> ends = new LinkedBlockingQueue<>();
  final BlockingQueue<TlsFault> faults = new LinkedBlockingQueue<>();
  final BlockingQueue<SipRequest> acks = new LinkedBlockingQueue<>();

  static <T> T next(final BlockingQueue<T> queue) throws InterruptedException {
    final var next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came within " + PATIENCE_SECONDS + " s");
    }
    return next;
  }

  @Override
  public void opened(final SipConnection connection) {
    connections.add(connection);
  }

  @Override
  public void failed(final OpenFailure failure) {
    failures.add(failure);
  }

  @Override
  public void request(final SipConnection connection, final ServerTransaction transaction) {
    requests.add(transaction);
    switch (transaction.request().method()) {
      case "MESSAGE" ->
          connection.respond(transaction, SipResponse.to(transaction.request(), 202).build());
      case "FAIL" -> throw new IllegalStateException("on purpose");
      default -> {}
    }
  }

  @Override
  public void acknowledged(final SipConnection connection, final SipRequest ack) {
    acks.add(ack);
  }

  @Override
  public void closed(final SipConnection connection, final CloseReason why, final String detail) {
    connection.tlsFault().ifPresent(faults::add);
    closings.add(new Closed(why, detail));
  }

  @Override
  public void response(final SipResponse response) {
    responses.add(response);
  }

  @Override
  public void ended(final TransactionEnd why) {
    ends.add(why);
  }
}
