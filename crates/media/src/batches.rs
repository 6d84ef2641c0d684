//! Bytes on their way to the disk. They gather in a batch; when it is full it goes to a blocking thread, and
//! the next one fills meanwhile.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use tokio::task::JoinHandle;

use crate::error::UploadError;
use crate::limits::UPLOAD_BATCH_BYTES;

/// What uploads leave free on a disk.
#[derive(Debug, Clone)]
pub(crate) struct Reserve {
    dir: Arc<Path>,
    free_bytes_min: u64,
}

impl Reserve {
    pub(crate) fn on_disk_of(dir: Arc<Path>, free_bytes_min: u64) -> Self {
        Self { dir, free_bytes_min }
    }

    /// Fails as a full disk does if so many bytes more would use the reserve up. Blocks shortly.
    pub(crate) fn check(&self, wanted_bytes: u64) -> io::Result<()> {
        let needed_bytes = self.free_bytes_min.saturating_add(wanted_bytes);
        if needed_bytes > 0 && free_bytes(&self.dir).is_some_and(|free| free < needed_bytes) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

/// What is free for us on the disk of a folder, where the system tells.
#[cfg(unix)]
fn free_bytes(dir: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(dir).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_dir: &Path) -> Option<u64> {
    None
}

/// A file and what is on its way into it.
#[derive(Debug)]
pub(crate) struct Batches {
    batch: Vec<u8>,
    disk: Disk,
    reserve: Reserve,
}

/// Who holds the file: we, a blocking thread, or nobody once the upload has ended.
#[derive(Debug)]
enum Disk {
    Ready { file: File, spare: Vec<u8> },
    Writing(JoinHandle<(File, Vec<u8>, io::Result<()>)>),
    Closed,
}

impl Batches {
    /// Into this file, from where it stands.
    pub(crate) fn into(file: File, reserve: Reserve) -> Self {
        Self {
            batch: Vec::new(),
            disk: Disk::Ready {
                file,
                spare: Vec::new(),
            },
            reserve,
        }
    }

    /// Whether the file is closed.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self.disk, Disk::Closed)
    }

    /// What has gathered since the last batch was handed over.
    pub(crate) fn gathered(&self) -> &[u8] {
        &self.batch
    }

    /// Whether the batch is to be handed over.
    pub(crate) fn is_full(&self) -> bool {
        self.batch.len() == UPLOAD_BATCH_BYTES
    }

    /// Takes of `chunk` what still fits into the batch.
    pub(crate) fn fill(&mut self, chunk: &mut Bytes) {
        self.batch.reserve_exact(UPLOAD_BATCH_BYTES - self.batch.len());
        let count = chunk.len().min(UPLOAD_BATCH_BYTES - self.batch.len());
        self.batch.extend_from_slice(&chunk[..count]);
        chunk.advance(count);
    }

    /// Gives the batch to a blocking thread and goes on with the spare one.
    pub(crate) async fn hand_over(&mut self) -> Result<(), UploadError> {
        let (mut file, spare) = self.settle().await?;
        let mut batch = std::mem::replace(&mut self.batch, spare);
        let reserve = self.reserve.clone();
        self.disk = Disk::Writing(tokio::task::spawn_blocking(move || {
            let written = reserve.check(0).and_then(|()| file.write_all(&batch));
            batch.clear();
            (file, batch, written)
        }));
        Ok(())
    }

    /// Waits until all that was handed over is written. Dropped while it waits, it has changed nothing.
    pub(crate) async fn written(&mut self) -> Result<&File, UploadError> {
        if let Disk::Writing(writing) = &mut self.disk {
            let (file, spare, written) = writing
                .await
                .map_err(|error| UploadError::Storage(error.into()))?;
            self.disk = Disk::Ready { file, spare };
            written.map_err(UploadError::from_io)?;
        }
        match &self.disk {
            Disk::Ready { file, .. } => Ok(file),
            Disk::Writing(_) | Disk::Closed => Err(UploadError::AlreadyEnded),
        }
    }

    /// Takes the file when all that was handed over is written. Dropped while it waits, it has taken nothing.
    async fn settle(&mut self) -> Result<(File, Vec<u8>), UploadError> {
        self.written().await?;
        match std::mem::replace(&mut self.disk, Disk::Closed) {
            Disk::Ready { file, spare } => Ok((file, spare)),
            Disk::Writing(_) | Disk::Closed => Err(UploadError::AlreadyEnded),
        }
    }

    /// Takes the file, and what is not written yet.
    pub(crate) async fn take(&mut self) -> Result<(File, Vec<u8>), UploadError> {
        let (file, _) = self.settle().await?;
        Ok((file, std::mem::take(&mut self.batch)))
    }

    /// Closes the file, and waits until its room on the disk is free again if its name is gone.
    pub(crate) async fn close(&mut self) {
        if let Disk::Writing(writing) = &mut self.disk
            && let Ok((file, spare, _)) = writing.await
        {
            self.disk = Disk::Ready { file, spare };
        }
        if let Disk::Ready { file, .. } = std::mem::replace(&mut self.disk, Disk::Closed) {
            let _ = tokio::task::spawn_blocking(|| drop(file)).await;
        }
    }
}

impl Drop for Batches {
    fn drop(&mut self) {
        // Closing may free gigabytes: elsewhere, if there is an elsewhere. A thread that is still writing
        // closes the file itself.
        if let Disk::Ready { file, .. } = std::mem::replace(&mut self.disk, Disk::Closed)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn_blocking(|| drop(file));
        }
    }
}
