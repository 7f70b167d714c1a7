package awsiot

// Limits of AWS IoT Core, for what is sent and for what is taken.
const (
	maxPayload   = 128 << 10 // bytes of a PUBLISH
	maxTopic     = 256       // bytes of a topic or filter
	maxSlashes   = 7         // in a topic or filter
	maxRemaining = 2 + maxTopic + 2 + maxPayload
	maxPacket    = 1 + 3 + maxRemaining
)
