package dev.reveille.bench;

import java.io.IOException;
import java.util.List;

/// Where a bench hands in large sends: to addresses that belong to no user, numbered from 1, of
/// which a send goes to the first so many. Belongs to one thread.
interface ManySends extends AutoCloseable {
  /// Makes the addresses known to the server.
  void register(List<String> tokens) throws IOException, InterruptedException;

  /// Hands in what is to be said to the first `upTo` addresses, in one send or several. Answers
  /// their names at the server.
  List<String> handIn(String mark, int upTo, String text) throws IOException;

  /// How many targets the server says were handed over, once it says that all of these sends are
  /// over and so many targets settled.
  Told told(List<String> sends, int upTo) throws IOException;

  /// @param over whether each send is over and each target settled
  record Told(boolean over, long handedOver) {}

  @Override
  void close();
}
