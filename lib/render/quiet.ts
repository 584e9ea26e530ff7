import { Log } from 'node-av/lib';
import { AV_LOG_FATAL } from 'node-av/constants';

// Failures come back as return codes and are thrown; FFmpeg's own chatter would only fill the log.
Log.setLevel(AV_LOG_FATAL);
