package dev.reveille.sip.jain;

import dev.reveille.sip.message.DatagramReader;
import dev.reveille.sip.message.MessageWriter;
import dev.reveille.sip.message.SipInput;
import dev.reveille.sip.message.SipMessage;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SizeLimits;
import dev.reveille.sip.message.Via;
import dev.reveille.sip.transaction.ClientTransaction;
import dev.reveille.sip.transaction.RandomIds;
import dev.reveille.sip.transaction.ServerTransaction;
import dev.reveille.sip.transaction.TimerValues;
import dev.reveille.sip.transaction.TransactionEnd;
import dev.reveille.sip.transaction.TransactionSettings;
import dev.reveille.sip.transaction.TransactionUser;
import dev.reveille.sip.transaction.Transactions;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/// Our transactions over UDP, with a socket and a clock of the test, which loses what it is told
/// to. One lock guards the transactions.
final class OverUdp extends OurSide implements TransactionUser {
  private static final TimerValues QUICK =
      new TimerValues(Duration.ofMillis(100), Duration.ofMillis(800), Duration.ofMillis(300));
  private static final int TICK_MILLIS = 20;
  private static final int LARGEST = 65_535;

  private final DatagramSocket socket;
  private final int jainPort;
  private final RandomIds ids = new RandomIds(new SecureRandom());
  private final Transactions transactions;
  private final List<Predicate<String>> lostOut = new CopyOnWriteArrayList<>();
  private final List<Predicate<String>> lostIn = new CopyOnWriteArrayList<>();

  OverUdp(final int jainPort) throws IOException {
    this.jainPort = jainPort;
    this.socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    socket.setSoTimeout(TICK_MILLIS);
    this.transactions =
        new Transactions(
            new TransactionSettings(QUICK, /* isReliable= */ false, 100), this, this::write, ids);
    Thread.ofPlatform().daemon().start(this::run);
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  private void run() {
    final var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
    while (!socket.isClosed()) {
      try {
        packet.setLength(LARGEST);
        socket.receive(packet);
        take(packet);
      } catch (SocketTimeoutException _) {
        // time to look at the timers
      } catch (IOException _) {
        return;
      }
      synchronized (transactions) {
        transactions.advance(now());
      }
    }
  }

  private void take(final DatagramPacket packet) {
    final var bytes = Unpooled.copiedBuffer(packet.getData(), 0, packet.getLength());
    if (DatagramReader.read(bytes, SizeLimits.STANDARD) instanceof SipInput.Message(var message)
        && !isLost(message, lostIn)) {
      synchronized (transactions) {
        transactions.receive(message, now());
      }
    }
  }

  private static boolean isLost(final SipMessage message, final List<Predicate<String>> which) {
    for (final var one : which) {
      if (one.test(message.toString())) {
        which.remove(one);
        return true;
      }
    }
    return false;
  }

  private void write(final SipMessage message) {
    if (isLost(message, lostOut)) {
      return;
    }
    final var bytes = MessageWriter.bytes(message);
    try {
      socket.send(
          new DatagramPacket(bytes, bytes.length, InetAddress.getByName("127.0.0.1"), jainPort));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  int port() {
    return socket.getLocalPort();
  }

  @Override
  boolean isReliable() {
    return false;
  }

  private SipRequest withVia(final SipRequest request) {
    return request.withTopVia(Via.of("UDP", "127.0.0.1", port(), ids.branch()));
  }

  @Override
  void send(final SipRequest request) {
    synchronized (transactions) {
      final var _ = transactions.send(withVia(request), this, now()).orElseThrow();
    }
  }

  @Override
  void acknowledge(final SipRequest ack) {
    synchronized (transactions) {
      transactions.sendAlone(withVia(ack));
    }
  }

  @Override
  void cancel(final ClientTransaction invite) {
    synchronized (transactions) {
      transactions.cancel(invite, now());
    }
  }

  @Override
  void answer(final ServerTransaction transaction, final int status) {
    synchronized (transactions) {
      transactions.respond(
          transaction, SipResponse.to(transaction.request(), status).build(), now());
    }
  }

  @Override
  void lose(final boolean isGoingOut, final Predicate<String> firstLine) {
    (isGoingOut ? lostOut : lostIn).add(firstLine);
  }

  @Override
  public void request(final ServerTransaction transaction) {
    requests.add(transaction);
  }

  @Override
  public void cancelled(final ServerTransaction invite) {
    cancels.add(invite);
  }

  @Override
  public void acknowledged(final SipRequest ack) {
    acks.add(ack);
  }

  @Override
  public void ended(final ServerTransaction transaction, final TransactionEnd why) {
    ends.add(why);
  }

  @Override
  public void close() {
    socket.close();
  }
}
