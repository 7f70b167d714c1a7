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

// newCertificate makes a CA, which it returns in PEM, and a certificate of it
// for this machine and, if not empty, another host name or address. The CA's
// key is forgotten at once.
func newCertificate(host string) (caPEM []byte, certificate tls.Certificate, err error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	ca := template("nwp500 simulator CA")
	ca.IsCA = true
	ca.KeyUsage = x509.KeyUsageCertSign
	ca.BasicConstraintsValid = true
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	leaf := template("nwp500 simulator")
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leaf.DNSNames = []string{"localhost"}
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	if ip := net.ParseIP(host); ip != nil {
		leaf.IPAddresses = append(leaf.IPAddresses, ip)
	} else if host != "" && !slices.Contains(leaf.DNSNames, host) {
		leaf.DNSNames = append(leaf.DNSNames, host)
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), caKey)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	caPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	return caPEM, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// template returns what all certificates have in common. They begin a day
// early, for clients whose clocks are behind.
func template(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		Subject:   pkix.Name{CommonName: name},
		NotBefore: now.AddDate(0, 0, -1),
		NotAfter:  now.AddDate(10, 0, 0),
	}
}
