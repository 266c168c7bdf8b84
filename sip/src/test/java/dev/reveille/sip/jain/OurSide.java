package dev.reveille.sip.jain;

import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.transaction.ClientListener;
import dev.reveille.sip.transaction.ClientTransaction;
import dev.reveille.sip.transaction.ServerTransaction;
import dev.reveille.sip.transaction.TransactionEnd;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;

/// Our side of a conversation with JAIN-SIP, over any transport. Keeps what it hears.
abstract class OurSide implements ClientListener, AutoCloseable {
  final BlockingQueue<ServerTransaction> requests = new LinkedBlockingQueue<>();
  final BlockingQueue<SipResponse> responses = new LinkedBlockingQueue<>();
  final BlockingQueue<SipRequest> acks = new LinkedBlockingQueue<>();
  final BlockingQueue<ServerTransaction> cancels = new LinkedBlockingQueue<>();
  final BlockingQueue<TransactionEnd> ends = new LinkedBlockingQueue<>();
  final BlockingQueue<ClientTransaction> begun = new LinkedBlockingQueue<>();

  abstract int port();

  abstract boolean isReliable();

  /// Sends a request as a new transaction.
  abstract void send(SipRequest request);

  /// Sends an ACK of a 2xx.
  abstract void acknowledge(SipRequest ack);

  abstract void cancel(ClientTransaction invite);

  abstract void answer(ServerTransaction transaction, int status);

  /// Loses the next message that goes out, or comes in, and is such a one.
  abstract void lose(boolean isGoingOut, Predicate<String> firstLine);

  @Override
  public void begun(final ClientTransaction transaction) {
    begun.add(transaction);
  }

  @Override
  public void response(final SipResponse response) {
    responses.add(response);
  }

  @Override
  public void ended(final TransactionEnd why) {
    ends.add(why);
  }

  @Override
  public abstract void close();
}
