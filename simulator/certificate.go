package simulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"slices"
	"time"
)

// Certificate is what is wrong with the certificate of a Refuse at StepTLS.
type Certificate int

// The certificates that no client may take.
const (
	CertificateUnknown   Certificate = iota // of an authority that nobody knows
	CertificateWrongName                    // of the right authority, for another host
	CertificateExpired                      // of the right authority, until yesterday
)

// certificates are those of one server.
type certificates struct {
	ca   []byte // the authority's, in PEM
	good tls.Certificate
	bad  map[Certificate]tls.Certificate
}

// newCertificates makes a CA and a certificate of it for this machine and, if not
// empty, another host name or address; and those that no client may take. The CA's
// key is forgotten at once.
func newCertificates(host string) (certificates, error) {
	right, err := newAuthority()
	if err != nil {
		return certificates{}, err
	}
	unknown, err := newAuthority()
	if err != nil {
		return certificates{}, err
	}
	elsewhere, expired := leaf("nwp500.invalid"), leaf(host)
	elsewhere.DNSNames, elsewhere.IPAddresses = []string{"nwp500.invalid"}, nil
	expired.NotBefore, expired.NotAfter = expired.NotBefore.AddDate(-1, 0, 0), expired.NotBefore
	all := certificates{
		ca:  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: right.certificate.Raw}),
		bad: make(map[Certificate]tls.Certificate),
	}
	if all.good, err = right.issue(leaf(host)); err != nil {
		return certificates{}, err
	}
	for kind, made := range map[Certificate]struct {
		by       authority
		template *x509.Certificate
	}{
		CertificateUnknown:   {unknown, leaf(host)},
		CertificateWrongName: {right, elsewhere},
		CertificateExpired:   {right, expired},
	} {
		if all.bad[kind], err = made.by.issue(made.template); err != nil {
			return certificates{}, err
		}
	}
	return all, nil
}

// serverTLS is what a server says that shows a certificate. No HTTP/2: it has no
// WebSocket that clients of AWS IoT could use.
func serverTLS(shown tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{shown}, MinVersion: tls.VersionTLS12}
}

// An authority issues certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority() (authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return authority{}, err
	}
	ca := unsigned("nwp500 simulator CA")
	ca.IsCA = true
	ca.KeyUsage = x509.KeyUsageCertSign
	ca.BasicConstraintsValid = true
	ca.NotBefore = ca.NotBefore.AddDate(-2, 0, 0) // before any certificate of its own
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, key.Public(), key)
	if err != nil {
		return authority{}, err
	}
	certificate, err := x509.ParseCertificate(der)
	return authority{certificate, key}, err
}

func (a authority) issue(leaf *x509.Certificate) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.certificate, key.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// leaf returns what a certificate for this machine and another host says.
func leaf(host string) *x509.Certificate {
	leaf := unsigned("nwp500 simulator")
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leaf.DNSNames = []string{"localhost"}
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	if ip := net.ParseIP(host); ip != nil {
		leaf.IPAddresses = append(leaf.IPAddresses, ip)
	} else if host != "" && !slices.Contains(leaf.DNSNames, host) {
		leaf.DNSNames = append(leaf.DNSNames, host)
	}
	return leaf
}

// unsigned returns what all certificates have in common. They begin a day
// early, for clients whose clocks are behind.
func unsigned(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		Subject:   pkix.Name{CommonName: name},
		NotBefore: now.AddDate(0, 0, -1),
		NotAfter:  now.AddDate(10, 0, 0),
	}
}
