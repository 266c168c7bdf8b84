package dev.reveille.sip.transport;

import dev.reveille.sip.identity.PeerIdentity;
import dev.reveille.sip.message.MessageWriter;
import dev.reveille.sip.message.SipInput;
import dev.reveille.sip.message.SipMessage;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.StreamReader;
import dev.reveille.sip.message.Via;
import dev.reveille.sip.transaction.ClientListener;
import dev.reveille.sip.transaction.ClientTransaction;
import dev.reveille.sip.transaction.RandomIds;
import dev.reveille.sip.transaction.ServerTransaction;
import dev.reveille.sip.transaction.TransactionEnd;
import dev.reveille.sip.transaction.TransactionSettings;
import dev.reveille.sip.transaction.Transactions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One TCP or TLS connection to a peer, opened by us or accepted. Requests and their answers go
/// over it in both directions (RFC 5923).
///
/// The public methods may be called from any thread; what they do happens on the connection's event
/// loop, in the order of the calls of one thread. Callbacks come on the event loop.
public final class SipConnection {
  private static final Logger LOG = LoggerFactory.getLogger(SipConnection.class);
  private static final byte[] PING = {'\r', '\n', '\r', '\n'};
  private static final byte[] PONG = {'\r', '\n'};

  private final Channel channel;
  private final TransportContext context;
  private final Origin origin;
  private final SipHandler handler;
  private final boolean isSecure;
  private final LoopTicker ticker;
  private final RandomIds ids;
  private final StreamReader reader;
  private final Transactions transactions;
  private final ConnectionClock clock;
  private final Shutdown shutdown;
  private volatile PeerIdentity identity = PeerIdentity.NONE;
  private volatile @Nullable X509Certificate certificate;
  private volatile boolean isOpened;
  private volatile boolean isReuseOffered;
  private boolean isProven;
  private boolean isFlushPlanned;
  private boolean isReading;
  private String peerAddress = "";
  private int peerPort;

  SipConnection(
      final Channel channel,
      final TransportContext context,
      final Origin origin,
      final SipHandler handler,
      final boolean isSecure) {
    this.channel = channel;
    this.context = context;
    this.origin = origin;
    this.handler = handler;
    this.isSecure = isSecure;
    final var settings = context.settings();
    this.ticker = context.ticker(channel.eventLoop());
    this.ids = context.ids(channel.eventLoop());
    this.reader = new StreamReader(settings.sizes());
    this.transactions =
        new Transactions(
            new TransactionSettings(
                settings.timers(), /* isReliable= */ true, settings.transactions()),
            new RequestGate(this, handler),
            this::write,
            ids);
    this.clock = new ConnectionClock(settings.times(), origin.isAccepted());
    this.shutdown = new Shutdown(channel, settings.times().linger());
  }

  // --- for any thread -------------------------------------------------------------------------

  /// Sends a request. It gets our Via, with a new branch; what else it needs is the caller's.
  ///
  /// @param request not ACK; see [#send] for that
  public void request(final SipRequest request, final ClientListener listener) {
    final var isTaken =
        onLoop(() -> {
          if (!isOpened || shutdown.isOver()) {
            listener.ended(TransactionEnd.NOT_CONNECTED);
          } else if (!channel.isWritable()
              || transactions.send(withVia(request), listener, now()).isEmpty()) {
            listener.ended(TransactionEnd.NO_ROOM);
          }
        });
    if (!isTaken) {
      listener.ended(TransactionEnd.NOT_CONNECTED);
    }
  }

  /// Answers a request of the peer; without effect when the connection is over.
  public void respond(final ServerTransaction transaction, final SipResponse response) {
    final var _ = onLoop(() -> transactions.respond(transaction, response, now()));
  }

  /// Takes an INVITE of ours back, as soon as that is allowed.
  public void cancel(final ClientTransaction invite) {
    final var _ = onLoop(() -> transactions.cancel(invite, now()));
  }

  /// Sends a request that has no transaction: the ACK of a 2xx. It gets our Via.
  public void send(final SipRequest ack) {
    final var _ = onLoop(() -> transactions.sendAlone(withVia(ack)));
  }

  /// Ends the connection: no new requests of the peer are taken (503), and when the open ones are
  /// answered, or after this time, it is closed.
  public void drain(final Duration longest) {
    final var _ = onLoop(() -> shutdown.drain(now() + longest.toMillis()));
  }

  /// Ends the connection at once; what was written before still goes out if the peer takes it.
  public void close() {
    final var _ = onLoop(() -> close(CloseReason.SHUT_DOWN, ""));
  }

  /// The domains that the peer's certificate proves; none over TCP.
  public PeerIdentity identity() {
    return identity;
  }

  /// The peer's leaf, verified; empty when it has shown none.
  public Optional<X509Certificate> certificate() {
    return Optional.ofNullable(certificate);
  }

  public boolean isSecure() {
    return isSecure;
  }

  /// What was wrong with a certificate, when TLS ended the connection. To be asked when it is over.
  public Optional<TlsFault> tlsFault() {
    return Optional.ofNullable(shutdown.failure()).map(TlsFault::of);
  }

  /// Whether the peer opened the connection.
  public boolean isAccepted() {
    return origin.isAccepted();
  }

  /// Whether it can be used.
  public boolean isOpen() {
    return isOpened && channel.isActive();
  }

  /// Whether a request may be sent: there is a connection, and the peer reads.
  public boolean isWritable() {
    return isOpen() && channel.isWritable();
  }

  /// Whether the peer offered, by `alias` in a Via, that we send our requests over this connection
  /// too (RFC 5923).
  public boolean isReuseOffered() {
    return isReuseOffered;
  }

  /// The address on the other side; null when the connection never stood.
  public @Nullable InetSocketAddress remoteAddress() {
    return channel.remoteAddress() instanceof final InetSocketAddress address ? address : null;
  }

  /// @return whether it happens; not so when the event loop is shut down, and the connection with
  ///   it
  private boolean onLoop(final Runnable task) {
    if (channel.eventLoop().inEventLoop()) {
      task.run();
      return true;
    }
    try {
      channel.eventLoop().execute(() -> guarded(task));
      return true;
    } catch (RejectedExecutionException _) {
      return false;
    }
  }

  /// What a listener throws outside of a read ends the connection, too.
  private void guarded(final Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      fault(e);
    }
  }

  // --- what happens on the channel ------------------------------------------------------------

  private long now() {
    return ticker.nowMillis();
  }

  void connected() {
    if (remoteAddress() instanceof final InetSocketAddress remote && remote.getAddress() != null) {
      final var text = remote.getAddress().getHostAddress();
      final var zone = text.indexOf('%');
      peerAddress = zone < 0 ? text : text.substring(0, zone);
      peerPort = remote.getPort();
    }
    clock.connected(now(), isSecure);
    ticker.add(this);
    if (!isSecure) {
      open();
    }
  }

  void handshaken(final SslHandshakeCompletionEvent handshake) {
    if (!handshake.isSuccess()) {
      tlsFailed(handshake.cause());
      return;
    }
    readCertificate();
    final var names = origin.acceptedNames();
    if (!names.isEmpty() && !identity.speaksForOneOf(names)) {
      close(CloseReason.WRONG_NAME, "it speaks for " + identity.names());
      return;
    }
    clock.handshaken(now());
    if (certificate != null) {
      // a partner may hold a connection for what will come
      proven();
      clock.proven();
    }
    open();
  }

  private void readCertificate() {
    final var tls = channel.pipeline().get(SslHandler.class);
    try {
      if (tls.engine().getSession().getPeerCertificates()[0]
          instanceof final X509Certificate leaf) {
        certificate = leaf;
        identity = PeerIdentity.of(leaf);
      }
    } catch (SSLPeerUnverifiedException _) {
      identity = PeerIdentity.NONE;
    }
  }

  private void open() {
    isOpened = true;
    origin.opened(this);
    if (origin.isAccepted()) {
      handler.opened(this);
    }
  }

  private void proven() {
    if (!isProven) {
      isProven = true;
      origin.proven(this);
    }
  }

  void tlsFailed(final Throwable cause) {
    final var reason = isOpened ? CloseReason.TLS_ALERT : CloseReason.HANDSHAKE_FAILED;
    shutdown.note(cause);
    close(reason, String.valueOf(cause.getMessage()));
  }

  void fault(final Throwable cause) {
    LOG.warn("a SIP connection is closed after a fault", cause);
    close(CloseReason.FAULT, cause.toString());
  }

  void read(final ByteBuf bytes) {
    if (shutdown.takes(bytes)) {
      return;
    }
    final var now = now();
    isReading = true;
    clock.read(now);
    reader.feed(bytes);
    for (var input = reader.next(); input != null; input = reader.next()) {
      clock.messageEnded();
      take(input, now);
      if (shutdown.isOver()) {
        break;
      }
    }
    clock.within(reader.isWithinMessage(), now);
  }

  private void take(final SipInput input, final long now) {
    switch (input) {
      case SipInput.Message(var message) -> {
        proven();
        clock.proven();
        transactions.receive(prepared(message), now);
      }
      case SipInput.Refused(var answer, var fault, var isLast) -> {
        LOG.debug("a SIP request is refused: {}", fault);
        write(answer);
        if (isLast) {
          shutdown.afterAnswer(fault, now);
        }
      }
      case SipInput.Unanswerable(var fault, var isLast) -> {
        LOG.debug("a SIP message cannot be answered: {}", fault);
        if (isLast) {
          close(CloseReason.MALFORMED, fault.name());
        }
      }
      case SipInput.Ping _ -> {
        // two pongs with nothing between them look like a ping
        if (!clock.pong(now)) {
          writeBytes(PONG);
        }
      }
      case SipInput.Pong _ -> {
        final var _ = clock.pong(now);
      }
    }
  }

  private SipMessage prepared(final SipMessage message) {
    return switch (message) {
      case SipRequest request -> {
        if (!isReuseOffered
            && request.topVia().filter(via -> via.parameters().has("alias")).isPresent()) {
          isReuseOffered = true;
        }
        yield request.receivedFrom(peerAddress, peerPort);
      }
      case SipResponse response -> response;
    };
  }

  void readComplete() {
    isReading = false;
    channel.flush();
  }

  void writabilityChanged() {
    // A peer that does not take our answers gets to ask no more.
    channel.config().setAutoRead(channel.isWritable());
    clock.writable(channel.isWritable(), now());
  }

  void tick(final long now) {
    guarded(() -> lookOver(now));
  }

  private void lookOver(final long now) {
    if (transactions.nextTimerMillis() <= now) {
      transactions.advance(now);
    }
    if (shutdown.tick(now, transactions.isWorking())) {
      return;
    }
    final var overdue = clock.overdue(now, isOpened, transactions.size() > 0);
    if (overdue != null) {
      close(overdue, "");
    } else if (isOpened && clock.isPingDue(now)) {
      writeBytes(PING);
    }
  }

  void ended() {
    ticker.remove(this);
    shutdown.close(CloseReason.PEER_CLOSED, "");
    try {
      transactions.fail();
    } finally {
      origin.closed(this, isOpened);
      if (isOpened || origin.isAccepted()) {
        handler.closed(this, shutdown.reason(), shutdown.detail());
      }
    }
  }

  // --- writing --------------------------------------------------------------------------------

  private SipRequest withVia(final SipRequest request) {
    final var via =
        Via.of(isSecure ? "TLS" : "TCP", context.sentByHost(), context.sentByPort(), ids.branch());
    return request.withTopVia(origin.isAccepted() ? via : via.withParameter("alias", null));
  }

  private void write(final SipMessage message) {
    writeBytes(MessageWriter.bytes(message));
  }

  private void writeBytes(final byte[] bytes) {
    if (shutdown.isOver()) {
      return;
    }
    final var _ = channel.write(Unpooled.wrappedBuffer(bytes));
    final var waiting = channel.unsafe().outboundBuffer();
    if (waiting != null
        && waiting.totalPendingWriteBytes() > context.settings().mostUnsentBytes()) {
      close(CloseReason.PEER_DOES_NOT_READ, "more bytes wait than allowed");
    } else if (!isReading && !isFlushPlanned) {
      // one flush for all that other threads have handed over
      isFlushPlanned = true;
      channel.eventLoop().execute(this::flush);
    }
  }

  private void flush() {
    isFlushPlanned = false;
    channel.flush();
  }

  void close(final CloseReason why, final String detail) {
    shutdown.close(why, detail);
  }

  /// Ends the connection for a reason that another thread has.
  void closeFor(final CloseReason why) {
    final var _ = onLoop(() -> close(why, ""));
  }

  boolean isDraining() {
    return shutdown.isDraining();
  }

  CloseReason closeReason() {
    return shutdown.reason();
  }

  @Nullable Throwable tlsFailure() {
    return shutdown.failure();
  }
}
