package dev.reveille.http.client;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A name server on loopback: it says the same to every question, or to each question for IPv4
/// addresses the next of a list of answers, the last one from then on.
public final class NameServer implements AutoCloseable {
  /// What it says.
  public enum Says {
    NOTHING(-1),
    SERVER_FAILURE(2),
    NO_SUCH_NAME(3),
    ADDRESSES(0);

    private final int code;

    Says(final int code) {
      this.code = code;
    }
  }

  private static final int RESPONSE = 0x80;
  private static final int AUTHORITATIVE = 0x04;
  private static final int RECURSION = 0x80;
  private static final int HEAD = 12;
  private static final byte TYPE_A = 1;
  private static final int RECORD = 16;

  private final DatagramSocket socket;
  private final Says says;
  private final List<List<String>> answers;
  private final AtomicInteger questions = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();

  public NameServer(final Says says) throws IOException {
    this(says, List.of());
  }

  /// @param answers IPv4 addresses, to each question the next
  public NameServer(final List<List<String>> answers) throws IOException {
    this(Says.ADDRESSES, answers);
  }

  private NameServer(final Says says, final List<List<String>> answers) throws IOException {
    this.says = says;
    this.answers = answers;
    this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("name-server").start(this::serve);
  }

  public NameServers alone() {
    return new NameServers(List.of((InetSocketAddress) socket.getLocalSocketAddress()));
  }

  /// How many came; of a server that has answers only those for IPv4 addresses.
  public int questions() {
    return questions.get();
  }

  private static int endOfName(final byte[] question) {
    int end = HEAD;
    while (question[end] != 0) {
      end += question[end] + 1;
    }
    return end;
  }

  private static boolean isForIpv4(final byte[] question) {
    return question[endOfName(question) + 2] == TYPE_A;
  }

  private void serve() {
    final byte[] buffer = new byte[512];
    try {
      while (true) {
        final var question = new DatagramPacket(buffer, buffer.length);
        socket.receive(question);
        if (says != Says.ADDRESSES || isForIpv4(buffer)) {
          questions.incrementAndGet();
        }
        if (says != Says.NOTHING) {
          final byte[] answer = answer(Arrays.copyOf(buffer, question.getLength()));
          socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
        }
      }
    } catch (IOException _) {
      // closed
    }
  }

  /// The question with a code and no records (RFC 1035 4.1.1).
  private byte[] answer(final byte[] question) {
    final byte[] answer = Arrays.copyOf(question, endOfName(question) + 5);
    answer[2] |= (byte) (RESPONSE | AUTHORITATIVE);
    answer[3] = (byte) (RECURSION | says.code);
    Arrays.fill(answer, 6, HEAD, (byte) 0);
    if (says != Says.ADDRESSES || !isForIpv4(question)) {
      return answer;
    }
    final var addresses = answers.get(Math.min(answered.getAndIncrement(), answers.size() - 1));
    final byte[] whole = Arrays.copyOf(answer, answer.length + addresses.size() * RECORD);
    whole[7] = (byte) addresses.size();
    int at = answer.length;
    for (final var address : addresses) {
      // the name by reference, type A, class IN, time to live 0, four bytes
      final byte[] record = {(byte) 0xC0, HEAD, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4};
      System.arraycopy(record, 0, whole, at, record.length);
      final var parts = address.split("\\.");
      for (int i = 0; i < parts.length; i++) {
        whole[at + record.length + i] = (byte) Integer.parseInt(parts[i]);
      }
      at += RECORD;
    }
    return whole;
  }

  @Override
  public void close() {
    socket.close();
  }
}
