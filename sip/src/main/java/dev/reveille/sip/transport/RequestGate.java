package dev.reveille.sip.transport;

import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.transaction.ServerTransaction;
import dev.reveille.sip.transaction.TransactionEnd;
import dev.reveille.sip.transaction.TransactionUser;

/// Passes the peer's requests on to the handler, unless the connection is about to end.
final class RequestGate implements TransactionUser {
  private static final String RETRY_AFTER_SECONDS = "1";

  private final SipConnection connection;
  private final SipHandler handler;

  RequestGate(final SipConnection connection, final SipHandler handler) {
    this.connection = connection;
    this.handler = handler;
  }

  @Override
  public void request(final ServerTransaction transaction) {
    if (connection.isDraining()) {
      connection.respond(
          transaction,
          SipResponse.to(transaction.request(), 503)
              .add(SipName.RETRY_AFTER, RETRY_AFTER_SECONDS)
              .build());
    } else {
      handler.request(connection, transaction);
    }
  }

  @Override
  public void cancelled(final ServerTransaction invite) {
    handler.cancelled(connection, invite);
  }

  @Override
  public void acknowledged(final SipRequest ack) {
    handler.acknowledged(connection, ack);
  }

  @Override
  public void ended(final ServerTransaction transaction, final TransactionEnd why) {
    handler.ended(connection, transaction, why);
  }
}
