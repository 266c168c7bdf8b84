package dev.reveille.http.client;

import java.util.List;

/// An SRV record (RFC 2782): a host and port at which a service of a domain is found.
///
/// @param priority those with the lowest number are tried first
/// @param weight its share among those of the same priority
/// @param port of the service
/// @param target the host, in lower case and without the dot at its end; "" says that the service
///   is decidedly not offered
public record ServiceRecord(int priority, int weight, int port, String target) {
  /// What name servers said about the SRV records of a name.
  public sealed interface Answer {
    /// There are some; at least one.
    record Found(List<ServiceRecord> records) implements Answer {
      public Found {
        records = List.copyOf(records);
      }
    }

    /// The name does not exist, or has no such records.
    record None() implements Answer {}

    /// A name server answered that it cannot tell.
    ///
    /// @param words of the answer, such as SERVFAIL
    record Failed(String words) implements Answer {}

    /// No name server answered in time.
    record Silent() implements Answer {}
  }
}
