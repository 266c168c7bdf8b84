package dev.reveille.http.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A request that remembers its result.
final class Probe extends ClientRequest {
  static final HeaderName ID = HeaderName.of("apns-id");
  private static final HeaderSet CONSTANTS =
      HeaderSet.post("localhost").with(HeaderName.of("apns-topic"), "org.example.app");
  private static final byte[] FRONT = "/probe/".getBytes(StandardCharsets.US_ASCII);

  final String name;
  private final byte[] content;
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

  Probe(final String name, final Priority priority, final long sendBy, final String content) {
    super(priority, sendBy);
    this.name = name;
    this.content = content.getBytes(StandardCharsets.UTF_8);
  }

  static Probe of(final String name) {
    return new Probe(name, Priority.NORMAL, NO_MOMENT, "body of " + name);
  }

  static Probe of(final String name, final Priority priority) {
    return new Probe(name, priority, NO_MOMENT, "body of " + name);
  }

  static List<Probe> many(final int count) {
    final var all = new ArrayList<Probe>(count);
    for (int i = 0; i < count; i++) {
      all.add(of(Integer.toString(i)));
    }
    return all;
  }

  Probe elsewhere() {
    preferAnotherConnection();
    return this;
  }

  @Override
  protected void head(final RequestHeaders headers) {
    headers
        .path(FRONT, name.getBytes(StandardCharsets.US_ASCII))
        .constants(CONSTANTS)
        .once(ID, new UUID(1, 2));
  }

  @Override
  protected byte[] body() {
    return content;
  }

  @Override
  protected void answered(final ClientAnswer answer) {
    heard.add(answer);
  }

  @Override
  protected void notSent(final NotSent why) {
    heard.add(why);
  }

  @Override
  protected void uncertain(final Doubt why) {
    heard.add(why);
  }

  /// What it heard, waiting for it.
  Object result() throws InterruptedException {
    final var result = heard.poll(10, TimeUnit.SECONDS);
    if (result == null) {
      throw new AssertionError("nothing heard of request " + name);
    }
    return result;
  }

  /// Why there was no connection.
  NoConnection told() {
    return noConnection().orElseThrow();
  }

  int status() throws InterruptedException {
    return result() instanceof ClientAnswer answer ? answer.status() : -1;
  }

  boolean heardNothing() {
    return heard.isEmpty();
  }
}
