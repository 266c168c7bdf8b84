package dev.reveille.http.server;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Runs a handler that blocks on virtual threads, one per request, so many at once and no more.
///
/// Over the bound a request is answered with 503 and `Retry-After`: what waits for a store or a
/// backend must not pile up in the heap.
public final class Blocking implements HttpHandler {
  private final HttpHandler handler;
  private final Semaphore free;

  private Blocking(HttpHandler handler, int atOnce) {
    this.handler = handler;
    this.free = new Semaphore(atOnce);
  }

  public static HttpHandler of(HttpHandler handler, int atOnce) {
    return new Blocking(handler, atOnce);
  }

  @Override
  public BodyRule bodyRule(String method, String path) {
    return handler.bodyRule(method, path);
  }

  @Override
  public @Nullable BodyOwner bodyOwner(BodyHead head) {
    return handler.bodyOwner(head);
  }

  @Override
  public BodyOwner lookUp(BodyHead head) {
    return handler.lookUp(head);
  }

  @Override
  public Problems problems() {
    return handler.problems();
  }

  @Override
  public void handle(Exchange exchange) {
    if (!free.tryAcquire()) {
      exchange.busy("The server has as much to do as it takes; try again.");
      return;
    }
    var _ =
        Thread.ofVirtual()
            .name("request")
            .start(() -> {
              try {
                handler.handle(exchange);
              } catch (RuntimeException | Error e) {
                exchange.failed(e);
              } finally {
                free.release();
              }
            });
  }
}
