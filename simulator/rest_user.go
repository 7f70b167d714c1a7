package simulator

import "net/http"

type userInfo struct {
	UserType      string `json:"userType"`
	UserFirstName string `json:"userFirstName"`
	UserLastName  string `json:"userLastName"`
	UserStatus    string `json:"userStatus"`
	UserSeq       int    `json:"userSeq"`
}

// agreement is one of those that the sign-in answer lists; clients do not need
// them.
type agreement struct {
	LegalType   int    `json:"legalType"`
	Version     string `json:"version"`
	UserVersion string `json:"userVersion"`
	Agreement   string `json:"agreement"`
	URL         string `json:"url"`
}

func (s *Simulator) signIn(c *call) (any, *restError) {
	var asked struct {
		UserID   string `json:"userId"`
		Password string `json:"password"`
	}
	if refused := c.decode(&asked); refused != nil {
		return nil, refused
	}
	if asked.UserID == "" || asked.Password == "" {
		return nil, &badRequest
	}
	a, tokens, keys, refused := s.directory.signIn(asked.UserID, asked.Password, c.now)
	if refused != nil {
		answer := *refused
		if s.config.WrongPassword401 {
			answer.status = http.StatusUnauthorized
		}
		return nil, &answer
	}
	return struct {
		UserInfo userInfo `json:"userInfo"`
		Token    struct {
			jwts
			awsKeys
		} `json:"token"`
		Legal []agreement `json:"legal"`
	}{
		userInfo{"O", a.firstName, a.lastName, "NORMAL", a.userSeq},
		struct {
			jwts
			awsKeys
		}{tokens, keys},
		[]agreement{
			{1, "1.0", "1.0", "Y", "https://example.com/terms"},
			{2, "1.0", "1.0", "Y", "https://example.com/privacy"},
		},
	}, nil
}

func (s *Simulator) refresh(c *call) (any, *restError) {
	var asked struct {
		RefreshToken string `json:"refreshToken"`
	}
	if refused := c.decode(&asked); refused != nil {
		return nil, refused
	}
	if asked.RefreshToken == "" {
		return nil, &badRequest
	}
	tokens, ok := s.directory.renew(asked.RefreshToken, c.now, c.fault.leavesOut("refreshToken"))
	if !ok {
		return nil, &unauthorised
	}
	return tokens, nil
}

// pushToken takes the address of a telephone, and nothing comes of it.
func (s *Simulator) pushToken(c *call) (any, *restError) {
	var asked struct {
		UserID     string `json:"userId"`
		PushToken  string `json:"pushToken"`
		ModelName  string `json:"modelName"`
		AppVersion string `json:"appVersion"`
		OS         string `json:"os"`
		OSVersion  string `json:"osVersion"`
	}
	if refused := c.decode(&asked); refused != nil {
		return nil, refused
	}
	if asked.PushToken == "" {
		return nil, &badRequest
	}
	return nil, c.own(asked.UserID)
}
