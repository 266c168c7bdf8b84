package dev.reveille.bench;

import java.io.Closeable;

/// Users and phones in a data folder that the programs of one build made. A build refuses the store
/// of a newer one, so a folder is good for servers of its own build; each is started on a copy.
interface Registered extends Closeable {
  /// Whose build made the folder.
  Checkout checkout();

  /// How many users and phones there are, in the words of the result.
  String size();
}
