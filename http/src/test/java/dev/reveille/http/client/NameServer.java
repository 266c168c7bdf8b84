package dev.reveille.http.client;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A name server on loopback that says the same to every question.
public final class NameServer implements AutoCloseable {
  /// What it says.
  public enum Says {
    NOTHING(-1),
    SERVER_FAILURE(2),
    NO_SUCH_NAME(3);

    private final int code;

    Says(final int code) {
      this.code = code;
    }
  }

  private static final int RESPONSE = 0x80;
  private static final int AUTHORITATIVE = 0x04;
  private static final int RECURSION = 0x80;
  private static final int HEAD = 12;

  private final DatagramSocket socket;
  private final Says says;
  private final AtomicInteger questions = new AtomicInteger();

  public NameServer(final Says says) throws IOException {
    this.says = says;
    this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("name-server").start(this::serve);
  }

  public NameServers alone() {
    return new NameServers(List.of((InetSocketAddress) socket.getLocalSocketAddress()));
  }

  public int questions() {
    return questions.get();
  }

  private void serve() {
    final byte[] buffer = new byte[512];
    try {
      while (true) {
        final var question = new DatagramPacket(buffer, buffer.length);
        socket.receive(question);
        questions.incrementAndGet();
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
    int end = HEAD;
    while (question[end] != 0) {
      end += question[end] + 1;
    }
    final byte[] answer = Arrays.copyOf(question, end + 5);
    answer[2] |= (byte) (RESPONSE | AUTHORITATIVE);
    answer[3] = (byte) (RECURSION | says.code);
    Arrays.fill(answer, 6, HEAD, (byte) 0);
    return answer;
  }

  @Override
  public void close() {
    socket.close();
  }
}
