package dev.reveille.sip.jain;

import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.transaction.ClientTransaction;
import dev.reveille.sip.transaction.ServerTransaction;
import dev.reveille.sip.transaction.TransactionEnd;
import dev.reveille.sip.transport.OpenFailure;
import dev.reveille.sip.transport.OpenListener;
import dev.reveille.sip.transport.SipConnection;
import dev.reveille.sip.transport.SipHandler;
import dev.reveille.sip.transport.SipListener;
import dev.reveille.sip.transport.SipTarget;
import dev.reveille.sip.transport.SipTransport;
import dev.reveille.sip.transport.TransportSettings;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Our transport over TCP, which loses nothing.
final class OverTcp extends OurSide implements SipHandler, OpenListener {
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final SipTransport transport =
      new SipTransport(loops, TransportSettings.STANDARD, "ours.example", 0);
  private final BlockingQueue<SipConnection> opened = new LinkedBlockingQueue<>();
  private final Map<ServerTransaction, SipConnection> owners = new ConcurrentHashMap<>();
  private final SipListener listener;
  private final SipConnection connection;

  OverTcp(final int jainPort) throws IOException, InterruptedException {
    listener = transport.listen(new InetSocketAddress("127.0.0.1", 0), this);
    final var to = new InetSocketAddress("127.0.0.1", jainPort);
    transport.open(SipTarget.plain(to), this, this);
    connection = JainPeer.next(opened);
  }

  @Override
  int port() {
    return listener.address().getPort();
  }

  @Override
  boolean isReliable() {
    return true;
  }

  @Override
  void send(final SipRequest request) {
    connection.request(request, this);
  }

  @Override
  void acknowledge(final SipRequest ack) {
    connection.send(ack);
  }

  @Override
  void cancel(final ClientTransaction invite) {
    connection.cancel(invite);
  }

  @Override
  void answer(final ServerTransaction transaction, final int status) {
    Objects.requireNonNull(owners.get(transaction))
        .respond(transaction, SipResponse.to(transaction.request(), status).build());
  }

  @Override
  void lose(final boolean isGoingOut, final Predicate<String> firstLine) {
    // nothing is lost
  }

  @Override
  public void opened(final SipConnection one) {
    if (!one.isAccepted()) {
      opened.add(one);
    }
  }

  @Override
  public void failed(final OpenFailure failure) {
    throw new IllegalStateException(failure.toString());
  }

  @Override
  public void request(final SipConnection one, final ServerTransaction transaction) {
    owners.put(transaction, one);
    requests.add(transaction);
  }

  @Override
  public void cancelled(final SipConnection one, final ServerTransaction invite) {
    cancels.add(invite);
  }

  @Override
  public void acknowledged(final SipConnection one, final SipRequest ack) {
    acks.add(ack);
  }

  @Override
  public void ended(
      final SipConnection one, final ServerTransaction transaction, final TransactionEnd why) {
    ends.add(why);
  }

  @Override
  public void close() {
    final var _ = loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
  }
}
