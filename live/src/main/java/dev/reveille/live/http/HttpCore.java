package dev.reveille.live.http;

import java.util.concurrent.atomic.LongAdder;

/// What all connections of one listener share.
final class HttpCore {
  private final HttpSettings settings;
  private final EventLoops loops;
  private final Problems problems;
  private final HttpHandler handler;
  private final Gate gate;
  private final LongAdder accepted = new LongAdder();
  private final long headMillis;
  private final long bodyMillis;
  private final long idleMillis;
  private final long stallMillis;
  private volatile boolean draining;

  HttpCore(HttpSettings settings, EventLoops loops, Problems problems, HttpHandler handler) {
    this.settings = settings;
    this.loops = loops;
    this.problems = problems;
    this.handler = handler;
    var limits = settings.limits();
    this.gate = new Gate(limits.connectionsMeant(), limits.connectionsPerAddress());
    this.headMillis = limits.headTime().toMillis();
    this.bodyMillis = limits.bodyTime().toMillis();
    this.idleMillis = limits.idleTime().toMillis();
    this.stallMillis = limits.stallTime().toMillis();
  }

  HttpSettings settings() {
    return settings;
  }

  HttpLimits limits() {
    return settings.limits();
  }

  EventLoops loops() {
    return loops;
  }

  HttpHandler handler() {
    return handler;
  }

  Gate gate() {
    return gate;
  }

  LongAdder accepted() {
    return accepted;
  }

  boolean isDraining() {
    return draining;
  }

  void beginDraining() {
    draining = true;
  }

  long headMillis() {
    return headMillis;
  }

  long bodyMillis() {
    return bodyMillis;
  }

  long idleMillis() {
    return idleMillis;
  }

  long stallMillis() {
    return stallMillis;
  }

  int bodyLimit(String method, String path) {
    var limit = handler.bodyLimit(method, path);
    return limit < 0 ? limits().body() : limit;
  }

  Answer problem(int status, String detail) {
    return Answer.of(status, Problems.CONTENT_TYPE, problems.body(status, detail));
  }
}
