package dev.reveille.http.server;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Reads the bodies of requests on threads that may block, and notes what went wrong.
final class BodyReader {
  final BlockingQueue<String> faults = new LinkedBlockingQueue<>();

  /// How many requests a handler was given.
  final AtomicInteger begun = new AtomicInteger();

  interface Reading {
    void read(Exchange exchange) throws IOException;
  }

  /// Reads bodies on a thread that may block.
  HttpHandler handler(final BodyRule rule, final Reading reading) {
    return new HttpHandler() {
      @Override
      public void handle(final Exchange exchange) {
        begun.incrementAndGet();
        final var _ =
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    reading.read(exchange);
                  } catch (IOException e) {
                    faults.add(String.valueOf(e.getMessage()));
                    exchange.problem(400, "It could not be read.");
                  }
                });
      }

      @Override
      public BodyRule bodyRule(final String method, final String path) {
        return rule;
      }
    };
  }

  static void hash(final Exchange exchange) throws IOException {
    exchange.answer(Answer.text(200, hashOf(exchange.bodyStream())));
  }

  static String hashOf(final InputStream body) throws IOException {
    try {
      final var digest = MessageDigest.getInstance("SHA-256");
      final var piece = new byte[10_000];
      for (var count = body.read(piece); count >= 0; count = body.read(piece)) {
        digest.update(piece, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] random(final int size) {
    final var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
