package dev.reveille.push;

import dev.reveille.http.client.PlainServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// A push service in plain text on loopback that answers as a test says.
public final class AnsweringService implements AutoCloseable {
  /// What is answered next, in turn; the last one stays.
  private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private final AtomicBoolean cut = new AtomicBoolean();

  /// Runs before each answer, and may take its time.
  public volatile Runnable beforeAnswer = () -> {};

  /// In the order in which they came, each whole.
  public final List<String> requests;

  private final PlainServer server;

  public AnsweringService() {
    try {
      this.server = new PlainServer((_, _, out) -> answer(out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.requests = server.requests;
  }

  private boolean answer(final OutputStream out) throws IOException {
    if (cut.getAndSet(false)) {
      return false;
    }
    beforeAnswer.run();
    final var next = answers.size() > 1 ? answers.poll() : answers.peek();
    PlainServer.say(out, String.valueOf(next));
    return true;
  }

  /// Whole answers, each with its head.
  public void says(final String... said) {
    answers.clear();
    answers.addAll(List.of(said));
  }

  /// The connection of the next request is closed instead of an answer.
  public void cutOnce() {
    cut.set(true);
  }

  /// What a push service on this host has before the path of its addresses.
  public String origin() {
    return "http://127.0.0.1:" + server.port();
  }

  public int port() {
    return server.port();
  }

  /// How many connections were opened so far.
  public int connections() {
    return server.connections.get();
  }

  /// How many requests for this address arrived.
  public int arrived(final String address) {
    final var url = URI.create(address);
    final var query = url.getRawQuery();
    final var begin = "POST " + url.getRawPath() + (query == null ? "" : "?" + query) + " ";
    return (int) requests.stream().filter(one -> one.startsWith(begin)).count();
  }

  @Override
  public void close() {
    server.close();
  }
}
