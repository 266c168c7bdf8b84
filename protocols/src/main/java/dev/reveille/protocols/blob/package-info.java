/// Files in containers of Azure Blob Storage, which callers name by a URL with a signature in it.
/// [BlobStore] is the front: it writes a file block by block and reads one piece by piece, each in
/// constant memory, and tries again what may work later. A [BlobAddress] keeps the signature apart
/// from what may be shown.
@NullMarked
package dev.reveille.protocols.blob;

import org.jspecify.annotations.NullMarked;
